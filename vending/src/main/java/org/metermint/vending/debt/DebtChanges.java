package org.metermint.vending.debt;

import java.util.List;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Changes of what a debt amounts to, by the word of two persons of the utility's finance. What a debt was before stays
 * in the history of its changes.
 */
public interface DebtChanges {
    /**
     * Asks for a change; the same request again is the same change.
     *
     * @param requestId the client's own name for the request
     * @throws org.metermint.vending.refusal.RefusedException if the client may not, there is no such debt in the books,
     *     another change of it waits for a decision, or the amount does not fit what is owed
     */
    DebtChange request(ClientIdentity by, String requestId, NewDebtChange change);

    /**
     * Changes the debt, in the register and in the books.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client asked for it, it was decided otherwise, or
     *     the amount does not fit what is owed by now
     */
    DebtChange approve(ClientIdentity by, String account, String reference, long id);

    /** Leaves the debt as it is; who asked may say so, too. */
    DebtChange reject(ClientIdentity by, String account, String reference, long id);

    /** The changes of a debt, the first first; none if there is no such debt. */
    List<DebtChange> of(UtilityId utility, String account, String reference);

    /**
     * What is asked for.
     *
     * @param account number of the account
     * @param reference of the debt within its account
     * @param amount minor units
     */
    record NewDebtChange(String account, String reference, DebtChange.Kind kind, long amount, String reason) {}
}
