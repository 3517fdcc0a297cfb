package org.metermint.vending.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;

/**
 * Closes the books of a utility day by day: nothing is booked into a closed day any more, its entries are sealed by a
 * digest that continues that of the day before, and its balances are kept.
 */
public interface DailyClose {
    /**
     * Closes every day that has ended and is not closed yet, in order; a day that is closed stays as it is. Without any
     * entry there is nothing to close.
     *
     * @param until days that end by then
     * @return the days that this call closed
     */
    List<ClosedDay> close(UtilityId utility, Instant until);

    /** Closed days, the latest first. */
    List<ClosedDay> closed(UtilityId utility, Optional<LocalDate> before, int limit);
}
