package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The receipt numbers of a utility whose sales this process saw decided, so that recovery looks only at the others. What
 * was seen in one run of the database holds for that run alone: a standby that took over may have lost it.
 */
final class DecidedReceipts {
    /** Receipt numbers of which nothing is known, the first and the last included. */
    record Gap(long first, long last) {}

    /** First to last number of each run of decided numbers; runs neither touch nor overlap. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    private Instant databaseStart = Instant.EPOCH;

    /** Notes that the sale of a number has its outcome, for good. */
    synchronized void add(long number) {
        Map.Entry<Long, Long> below = runs.floorEntry(number);
        if (below != null && number <= below.getValue()) {
            return;
        }
        long first = below != null && below.getValue() == number - 1 ? below.getKey() : number;
        Long above = runs.remove(number + 1);
        runs.put(first, above == null ? number : above);
    }

    /**
     * What there is to look at, in rising order; the last gap has no end.
     *
     * @param from the first number of interest; what is known below it is forgotten
     * @param start when the database began to run; what was known of another run is forgotten
     */
    synchronized List<Gap> gaps(long from, Instant start) {
        if (!start.equals(databaseStart)) {
            runs.clear();
            databaseStart = start;
        }
        Map.Entry<Long, Long> across = runs.floorEntry(from);
        runs.headMap(from, true).clear();
        if (across != null && across.getValue() >= from) {
            runs.put(from, across.getValue());
        }
        long next = from;
        List<Gap> gaps = new ArrayList<>();
        for (Map.Entry<Long, Long> run : runs.entrySet()) {
            if (next < run.getKey()) {
                gaps.add(new Gap(next, run.getKey() - 1));
            }
            next = run.getValue() + 1;
        }
        gaps.add(new Gap(next, Long.MAX_VALUE));
        return gaps;
    }
}
