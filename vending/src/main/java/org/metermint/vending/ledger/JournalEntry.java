package org.metermint.vending.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One event in the books: postings that sum to zero. It is one row, so that none can be there in part.
 *
 * @param id begins with the time, RFC 9562 version 7; that of a {@link Kind#SALE} is the sale's
 * @param sale the sale it belongs to
 * @param reference what else it belongs to, such as the number of a deposit
 * @param shift the shift whose totals it counts in
 * @param postings two at least, none of them zero
 */
public record JournalEntry(
        UUID id,
        Kind kind,
        Optional<UUID> sale,
        Optional<String> reference,
        Optional<Long> shift,
        Instant bookedAt,
        List<Posting> postings) {
    /** What happened. */
    public enum Kind {
        /** A sale was reserved: the vendor's float pays for energy, taxes and levies. */
        SALE,
        /** A sale was undone: the opposite of each of its postings. */
        REVERSAL,
        /** A vendor paid in. */
        DEPOSIT,
        /** A vendor was paid out. */
        WITHDRAWAL,
        /** A vendor's commission was settled. */
        COMMISSION,
        /** A shift was counted: cash over or short. */
        CASH_UP,
        /** Cash went to the bank. */
        BANKING,
        /** Something was booked wrongly before. */
        CORRECTION,
        /** An account owes something beside energy from now on, or owes more or less than before. */
        DEBT,
        /** An account paid towards its debts at a till: the vendor's float pays for it. */
        PAYMENT,
        /** A payment was undone: the opposite of each of its postings. */
        PAYMENT_REVERSAL
    }

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

    /** The entry of a sale. */
    public static JournalEntry ofSale(UUID sale, Instant bookedAt, List<Posting> postings) {
        return new JournalEntry(
                sale, Kind.SALE, Optional.of(sale), Optional.empty(), Optional.empty(), bookedAt, postings);
    }
}
