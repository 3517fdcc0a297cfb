package org.metermint.app.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * How many orders came to what end, and how long each took: one count and one histogram of microseconds for each
 * outcome. An outcome is {@value #SOLD}, the code of a refusal, or why there was no answer.
 */
final class Tally {

    static final String SOLD = "SOLD";

    /** Outcomes beyond these are counted as one: a server may answer anything. */
    private static final int MOST_OUTCOMES = 64;

    private static final String OTHER = "OTHER";

    private final Map<String, Histogram> outcomes = new TreeMap<>();

    /** Of the sold: from when the request went out, without what it waited in this program before. */
    private final Histogram fromSending = histogram();

    private long attempts;
    private long sent;
    private long orders;

    /** An order began. */
    void began() {
        orders++;
    }

    /** A request went out. */
    void attempted() {
        attempts++;
    }

    /** An order ended. */
    void ended(String outcome, long latencyNanos, long fromSendingNanos) {
        String name = outcomes.containsKey(outcome) || outcomes.size() < MOST_OUTCOMES ? outcome : OTHER;
        outcomes.computeIfAbsent(name, unused -> histogram()).recordValue(micros(latencyNanos));
        sent++;
        if (outcome.equals(SOLD)) {
            fromSending.recordValue(micros(fromSendingNanos));
        }
    }

    private static long micros(long nanos) {
        return Math.max(0, nanos / 1_000);
    }

    private static Histogram histogram() {
        return new Histogram(3); // resizes itself
    }

    /** Forgets everything. */
    void clear() {
        outcomes.clear();
        fromSending.reset();
        attempts = 0;
        sent = 0;
        orders = 0;
    }

    /** Orders that began. */
    long orders() {
        return orders;
    }

    /** Orders that ended. */
    long ended() {
        return sent;
    }

    /** Requests that went out: orders, their copies and their repetitions. */
    long attempts() {
        return attempts;
    }

    long count(String outcome) {
        Histogram found = outcomes.get(outcome);
        return found == null ? 0 : found.getTotalCount();
    }

    /** Microseconds by outcome. */
    Map<String, Histogram> outcomes() {
        return outcomes;
    }

    Histogram sold() {
        return outcomes.getOrDefault(SOLD, histogram());
    }

    Histogram soldFromSending() {
        return fromSending;
    }
}
