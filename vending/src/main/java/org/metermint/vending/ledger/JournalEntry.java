package org.metermint.vending.ledger;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One event in the books: postings that sum to zero.
 *
 * @param postings two at least, none of them zero
 */
public record JournalEntry(UUID saleId, Instant bookedAt, List<Posting> postings) {
    /**
     * One side of an entry.
     *
     * @param account code of the account, such as {@code energy}
     * @param amount minor units; a debit is positive, a credit negative
     */
    public record Posting(String account, long amount) {}

    public JournalEntry {
        postings = List.copyOf(postings);
        if (postings.size() < 2 || postings.stream().anyMatch(posting -> posting.amount() == 0)) {
            throw new IllegalArgumentException("an entry of " + postings.size()
                    + " postings, or one of zero; it needs two at least, none of them zero");
        }
        long sum = postings.stream().mapToLong(Posting::amount).reduce(0, Math::addExact);
        if (sum != 0) {
            throw new IllegalArgumentException("postings sum to " + sum + " minor units; they must sum to 0");
        }
    }
}
