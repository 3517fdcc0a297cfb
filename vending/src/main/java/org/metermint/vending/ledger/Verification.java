package org.metermint.vending.ledger;

import java.util.List;

/**
 * What a proof of the books found.
 *
 * @param entries journal entries read
 * @param postings postings read
 * @param sales sales read
 * @param closedDays closed days whose digest was computed anew
 * @param digest of the last closed day, in hexadecimal digits; empty without one. Kept elsewhere, it shows that history
 *     was not written anew
 * @param faults what is wrong, one sentence each; empty if the books are right
 */
public record Verification(
        long entries, long postings, long sales, long closedDays, String digest, List<String> faults) {
    public Verification {
        faults = List.copyOf(faults);
    }

    public boolean proved() {
        return faults.isEmpty();
    }
}
