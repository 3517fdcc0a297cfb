package org.metermint.vending.ledger;

import java.util.List;
import org.metermint.vending.database.UtilityId;

/**
 * The books of a utility: double entry in integer minor units. A posting is never changed or deleted; a correction is
 * a new entry.
 */
public interface Ledger {
    /** Every account with its balance, by code. */
    List<AccountBalance> balances(UtilityId utility);

    /**
     * Proves the books from the first row: every entry sums to zero, every sale is booked with its tender, and every
     * refused one is booked back.
     */
    Verification verify(UtilityId utility);
}
