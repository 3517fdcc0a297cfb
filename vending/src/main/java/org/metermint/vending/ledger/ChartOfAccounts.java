package org.metermint.vending.ledger;

import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;

/** The accounts of a utility. Those that sales need open by themselves; nothing closes or changes one. */
public interface ChartOfAccounts {
    /** Every account, by code. */
    List<LedgerAccount> accounts(UtilityId utility);

    /**
     * Opens an account, or finds it.
     *
     * @param code 1..64 characters
     * @throws org.metermint.vending.refusal.RefusedException if it is there with another type, or the code is not valid
     */
    LedgerAccount open(UtilityId utility, String code, AccountType type);

    /**
     * Gives an account the utility's own name and number, in place of those before.
     *
     * @param name at most 120 characters
     * @param number at most 32 characters
     * @throws org.metermint.vending.refusal.RefusedException if there is no such account, or another has the number
     */
    LedgerAccount name(UtilityId utility, String code, Optional<String> name, Optional<String> number);
}
