package org.metermint.vending.vendor;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;

/**
 * What moves the floats of vendors beside sales, and their statements.
 *
 * <p>Two persons move a float: one client with the role {@link Role#FINANCE} records, another one confirms. Neither may
 * belong to the vendor. Only the confirmation books, in one transaction with the vendor's balance; a constraint of the
 * database refuses a confirmation by the one who recorded.
 */
public interface Floats {
    /**
     * Records a deposit or a withdrawal. The same again from the same client gets the same record.
     *
     * @throws org.metermint.vending.refusal.RefusedException if another movement has the reference
     */
    FloatMovement record(ClientIdentity by, NewMovement movement);

    /**
     * Records the payment of what a vendor has earned and not been paid, and of the fixed amount of a month, once for
     * each month.
     *
     * @param month one that is over in the utility's zone
     * @throws org.metermint.vending.refusal.RefusedException if nothing is owed
     */
    FloatMovement recordCommission(ClientIdentity by, String vendor, YearMonth month);

    /**
     * Confirms and books. The same again from the same client gets the same answer.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client recorded it, it was decided before, or the
     *     balance does not cover a withdrawal
     */
    FloatMovement confirm(ClientIdentity by, String vendor, long id);

    /**
     * Rejects; nothing is booked, and the reference is free again. Who recorded it may reject it too.
     *
     * @param reason 1 to 200 characters
     */
    FloatMovement reject(ClientIdentity by, String vendor, long id, String reason);

    Optional<FloatMovement> find(UtilityId utility, String vendor, long id);

    /** Movements of a vendor with ids above one, by id. */
    List<FloatMovement> after(UtilityId utility, String vendor, long id, int limit);

    /**
     * The movements of a float whose entries begin in a span of time, in the order of the journal. Read in parts, a
     * statement up to the present may miss what is booked while it is read.
     *
     * @param from inclusive
     * @param to exclusive
     * @param place where to go on; empty for the beginning, which costs reading the journal from {@code from} on
     * @param limit lines, at least 1
     */
    Statement statement(
            UtilityId utility, String vendor, Instant from, Instant to, Optional<Statement.Place> place, int limit);
}
