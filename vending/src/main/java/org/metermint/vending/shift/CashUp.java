package org.metermint.vending.shift;

import java.time.Instant;
import java.util.List;
import org.metermint.vending.sale.PaymentType;

/** What was counted at the end of a shift, beside what was expected; it never changes. */
public record CashUp(long shift, String countedBy, Instant countedAt, List<Count> counts) {
    public CashUp {
        counts = List.copyOf(counts);
    }

    /**
     * One means of payment, in minor units.
     *
     * @param expected for cash with the opening cash
     */
    public record Count(PaymentType payment, long expected, long counted) {
        /** Over is positive, short negative. */
        public long overShort() {
            return counted - expected;
        }
    }

    /** Over is positive, short negative. */
    public long overShort() {
        return counts.stream().mapToLong(Count::overShort).sum();
    }
}
