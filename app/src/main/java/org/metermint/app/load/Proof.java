package org.metermint.app.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.metermint.app.load.Journal.State;
import org.metermint.app.load.QuestionTraffic.Found;

/**
 * Proves over the interface what a run was told: every acknowledged sale is there once and unchanged, every other
 * request is decided or absent, no sale and no token stands under two requests, and the tenders add up.
 */
final class Proof {

    /** How much is asked for. */
    enum Extent {
        /** Every request that was sent. */
        ALL,
        /** Every request that was not acknowledged, and {@value #SAMPLE} of the others. */
        SAMPLE,
        /** Nothing; what is known without asking is still compared. */
        NONE
    }

    static final int SAMPLE = 10_000;

    /** How long recovery may take to decide what a crash or a slow security module left open. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 64;

    private final Orders orders;
    private final Journal journal;
    private final Faults faults;

    Proof(Orders orders, Journal journal, Faults faults) {
        this.orders = orders;
        this.journal = journal;
        this.faults = faults;
    }

    /**
     * Asks, compares, and adds what is wrong to the faults.
     *
     * @param progress gets from time to time how many requests are settled
     * @return what was found, by name
     */
    Map<String, Object> run(InetSocketAddress server, Extent extent, long seed, LongConsumer progress)
            throws IOException {
        QuestionTraffic questions =
                new QuestionTraffic(orders, journal, faults, asked(extent, seed), PATIENCE, progress);
        if (extent != Extent.NONE) {
            try (Generator generator = new Generator(server, CONNECTIONS, TIMEOUT)) {
                generator.run(questions);
            }
        }
        requireUnique("token", journal::token);
        requireUnique("sale", ordinal -> journal.idHigh(ordinal) * 31 + journal.idLow(ordinal));
        return facts(extent, questions.found());
    }

    /** How many requests will be asked for. */
    long count(Extent extent, long seed) {
        long count = 0;
        for (PrimitiveIterator.OfLong asked = asked(extent, seed); asked.hasNext(); asked.nextLong()) {
            count++;
        }
        return count;
    }

    private PrimitiveIterator.OfLong asked(Extent extent, long seed) {
        LongStream sent = LongStream.range(0, extent == Extent.NONE ? 0 : journal.size())
                .filter(ordinal -> journal.state(ordinal) != State.UNSENT);
        if (extent == Extent.SAMPLE && journal.size() > SAMPLE) {
            SplittableRandom random = new SplittableRandom(seed);
            long size = journal.size();
            sent = sent.filter(ordinal -> journal.state(ordinal) == State.OPEN || random.nextLong(size) < SAMPLE);
        }
        return sent.iterator();
    }

    private void requireUnique(String what, LongUnaryOperator value) {
        long[] values = LongStream.range(0, journal.size())
                .filter(this::isSold)
                .map(value)
                .sorted()
                .toArray();
        Map<Long, Long> first = new HashMap<>();
        for (int i = 1; i < values.length; i++) {
            if (values[i] == values[i - 1]) {
                first.put(values[i], -1L);
            }
        }
        if (first.isEmpty()) {
            return;
        }
        LongStream.range(0, journal.size()).filter(this::isSold).forEach(ordinal -> {
            Long other = first.get(value.applyAsLong(ordinal));
            if (other == null) {
                return;
            }
            if (other < 0) {
                first.put(value.applyAsLong(ordinal), ordinal);
            } else {
                faults.add("requests " + orders.requestId(other) + " and " + orders.requestId(ordinal) + ": one " + what
                        + " for two");
            }
        });
    }

    private boolean isSold(long ordinal) {
        return journal.state(ordinal) == State.SOLD;
    }

    private Map<String, Object> facts(Extent extent, Found found) {
        long[] minor = LongStream.range(0, journal.size())
                .filter(this::isSold)
                .map(orders::tender)
                .toArray();
        long sum = Arrays.stream(minor).sum();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("requests_asked_for", found.asked);
        facts.put("sales_confirmed", found.confirmed);
        facts.put("refusals_confirmed", found.confirmedRefusals);
        facts.put("sold_unacknowledged", found.soldUnacknowledged);
        facts.put("refused_unacknowledged", found.refusedUnacknowledged);
        facts.put("absent", found.absent);
        facts.put("refusals_not_kept", found.refusalsNotKept);
        facts.put("sales", minor.length);
        facts.put("tenders", orders.tenders().decimal(sum));
        if (extent == Extent.ALL
                && faults.count() == 0
                && found.tenThousandths != orders.tenders().tenThousandths(sum)) {
            faults.add("the tenders of the sales that were found do not add up to the "
                    + orders.tenders().decimal(sum) + " of those that were acknowledged");
        }
        return facts;
    }
}
