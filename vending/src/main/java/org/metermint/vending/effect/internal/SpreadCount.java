package org.metermint.vending.effect.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.metermint.vending.effect.Effect.Bucket;
import org.metermint.vending.effect.Effect.Spread;

/** Counts changes by hundredths of a percent, so that a million customers need no more memory than ten. */
final class SpreadCount {
    private static final int LEAST = -10_000;

    /** What grows more is counted here. */
    private static final int MOST = 100_000;

    private static final int MOST_BUCKETS = 16;
    private static final int[] WIDTHS = {10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000};

    private final int[] counts = new int[MOST - LEAST + 1];
    private long customers;

    void add(int hundredths) {
        counts[Math.clamp(hundredths, LEAST, MOST) - LEAST]++;
        customers++;
    }

    Spread spread() {
        return new Spread(customers, quantile(5), quantile(50), quantile(95), buckets());
    }

    /** The least change that so many percent of the customers do not exceed. */
    private OptionalInt quantile(int percent) {
        if (customers == 0) {
            return OptionalInt.empty();
        }
        long rank = Math.max(1, Math.ceilDiv(customers * percent, 100L));
        long passed = 0;
        int at = -1;
        while (passed < rank) {
            passed += counts[++at];
        }
        return OptionalInt.of(at + LEAST);
    }

    /** Buckets of one width around nothing, narrow enough to show the middle and few enough to be read. */
    private List<Bucket> buckets() {
        if (customers == 0) {
            return List.of();
        }
        int low = quantile(1).orElseThrow();
        int high = quantile(99).orElseThrow();
        int width = WIDTHS[WIDTHS.length - 1];
        for (int i = WIDTHS.length - 1; i >= 0 && fits(low, high, WIDTHS[i]); i--) {
            width = WIDTHS[i];
        }
        List<Bucket> buckets = new ArrayList<>();
        int first = Math.floorDiv(low, width);
        int last = Math.max(first, Math.floorDiv(high, width));
        for (int place = first; place <= last; place++) {
            int from = place == first ? LEAST : place * width;
            int to = place == last ? MOST + 1 : (place + 1) * width;
            long inside = 0;
            for (int change = from; change < to; change++) {
                inside += counts[change - LEAST];
            }
            buckets.add(new Bucket(place * width, (place + 1) * width, inside));
        }
        return buckets;
    }

    private static boolean fits(int low, int high, int width) {
        return Math.floorDiv(high, width) - Math.floorDiv(low, width) < MOST_BUCKETS;
    }
}
