package org.metermint.vending.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;

/**
 * The books of a utility: double entry in integer minor units. A posting is never changed or deleted; a correction is
 * a new entry.
 */
public interface Ledger {
    /** Books an event, within the caller's unit of work. Accounts that are not there yet are opened. */
    void post(UtilityId utility, JournalEntry entry);

    /**
     * Books a sale back by the opposite of each of its postings, within the caller's unit of work.
     *
     * @param id of the new entry
     */
    void reverse(UtilityId utility, UUID id, UUID saleId, Instant bookedAt);

    /** The numbers by which postings name accounts, by code. Accounts that are not there yet are opened. */
    Map<String, Long> accounts(UtilityId utility, Collection<String> codes);

    /** Every account with its balance, by code. */
    List<AccountBalance> balances(UtilityId utility);

    /**
     * Proves the books from the first row: every entry sums to zero, every sale is booked with its tender, and every
     * refused one is booked back.
     */
    Verification verify(UtilityId utility);
}
