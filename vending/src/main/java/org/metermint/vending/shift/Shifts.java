package org.metermint.vending.shift;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Shifts. A seller opens, closes and counts those of its own client, a supervisor those of its vendor.
 *
 * <p>The sale desk looks for the open shift of a client in the transaction that reserves, after it has taken the lock
 * on the books ({@link org.metermint.vending.database.BooksLock}), in a statement of its own, and writes its id to the
 * sale and to the sale's journal entry:
 *
 * <pre>
 * SELECT client_id, terminal, id FROM shift
 * WHERE utility_id = ? AND client_id = ANY (?) AND closed_at IS NULL
 * </pre>
 *
 * <p>Closing excludes everybody who books: the totals have all sales of the shift, and none comes afterwards. What is
 * undone later counts in a later shift, or in none.
 */
public interface Shifts {
    /**
     * Opens a shift.
     *
     * @param requestId the caller's name for this act; the same again gets the same shift
     * @throws org.metermint.vending.refusal.RefusedException if the till has an open one, or the operator or terminal may
     *     not sell
     */
    Shift open(ClientIdentity by, String requestId, NewShift shift);

    /**
     * Goes on with a closed shift, by a new one at the same till for the same person. Supervisors only.
     *
     * @param openingCash what is in the till, in minor units
     */
    Shift reopen(ClientIdentity by, String requestId, Continuation continues, long openingCash);

    /** Closes a shift and writes its totals. A closed one stays as it is. */
    Shift close(ClientIdentity by, long id);

    /**
     * Counts a closed shift, without sight of its totals. What is over or short is booked if the vendor is a counter of
     * the utility's own: the cash is then the utility's, and the float is settled by it.
     *
     * @param counted minor units by means of payment; those not named were counted as nothing
     * @throws org.metermint.vending.refusal.RefusedException if the shift is open, or was counted otherwise
     */
    CashUp cashUp(ClientIdentity by, long id, Map<PaymentType, Long> counted);

    Optional<Shift> find(UtilityId utility, long id);

    /** Shifts of a vendor with ids above one, by id. */
    List<Shift> after(UtilityId utility, String vendor, long id, int limit);

    /**
     * The totals of a closed shift, for those who may see them: who has yet to count may not.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the shift is open or uncounted and the client a seller
     */
    List<ShiftTotal> totals(ClientIdentity by, long id);

    /** What was counted, if it was. */
    Optional<CashUp> cashUp(UtilityId utility, long id);
}
