package org.metermint.vending.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;

/**
 * The books of a utility: double entry in integer minor units. A posting is never changed or deleted; a correction is
 * a new entry.
 */
public interface Ledger {
    /**
     * An id for an entry, or for a sale whose entry has the same, within the caller's unit of work: it begins with the
     * instant, or with the end of the last closed day if that is later. Until the unit of work ends, no day is closed.
     * Ask for it before anything is locked.
     */
    UUID nextId(UtilityId utility, Instant instant);

    /**
     * Books an event, within the caller's unit of work. Accounts that are not there yet are opened.
     *
     * @throws IllegalArgumentException if the id lies in a closed day; {@link #nextId} gives one that does not
     */
    void post(UtilityId utility, JournalEntry entry);

    /**
     * Books a sale back by the opposite of each of its postings, within the caller's unit of work.
     *
     * @param id of the new entry
     */
    void reverse(UtilityId utility, UUID id, UUID saleId, Instant bookedAt);

    /** The numbers by which postings name accounts, by code. Accounts that are not there yet are opened. */
    Map<String, Long> accounts(UtilityId utility, Collection<String> codes);

    /** Every account with its balance, by code: that of the last closed day, and what was booked since. */
    List<AccountBalance> balances(UtilityId utility);

    /**
     * Entries in the order of their ids.
     *
     * @param after those that come after it; from the first, if absent
     */
    List<JournalEntry> entries(UtilityId utility, Optional<UUID> after, int limit);

    /**
     * Proves the books from the first row, as of one instant: entries sum to zero, closed days have their digests and
     * balances, sales are booked with their tenders and refused ones booked back, whatever a row names is there, token
     * identifiers rise, floats are what the books say. It needs little memory, however many rows there are.
     */
    Verification verify(UtilityId utility, Progress progress);

    /** Proves the books unheard. */
    default Verification verify(UtilityId utility) {
        return verify(utility, Progress.UNHEARD);
    }
}
