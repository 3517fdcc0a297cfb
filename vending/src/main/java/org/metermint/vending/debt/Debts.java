package org.metermint.vending.debt;

import java.util.List;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/** What the accounts of a utility owe beside energy. */
public interface Debts {
    /**
     * Puts a debt into the books, to be recovered from purchases; what was recorded under that reference becomes it. One
     * that is in the books already gets these terms; its amount changes by {@link DebtChanges}.
     *
     * @param account number of the account
     * @param amount once owed, in minor units, 1 to {@value Debt#MOST}; of a debt that is recorded, its balance
     * @throws org.metermint.vending.refusal.RefusedException if the client may not, there is no such account, or the debt
     *     is there with another amount or, in the books, another type
     */
    Debt put(ClientIdentity by, String account, String reference, long amount, DebtTerms terms);

    /**
     * Puts a debt into the books like {@link #put}, by the word of whoever administers the machine: for imports.
     *
     * @throws org.metermint.vending.refusal.RefusedException as {@code put} does, without asking who it is
     */
    Debt bringIn(UtilityId utility, String account, String reference, long amount, DebtTerms terms);

    /** Refuses what {@link #bringIn} would refuse, and writes nothing. */
    void check(UtilityId utility, String account, String reference, long amount, DebtTerms terms);

    /** The debts of an account, by reference; none if there is no such account. */
    List<Debt> of(UtilityId utility, String account);
}
