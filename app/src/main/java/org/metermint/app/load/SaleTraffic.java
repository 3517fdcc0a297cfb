package org.metermint.app.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.metermint.app.load.Journal.State;

/**
 * The sales of a run. In a closed loop a new order begins when an earlier one has ended; in an open one orders begin at
 * their arrivals, and what they wait for a free connection is part of their latency, so that a server that stalls is
 * seen to stall (no coordinated omission).
 */
final class SaleTraffic implements Traffic {

    /** The end of an order that waited for a connection longer than a request waits for its answer. */
    static final String NOT_SENT = "NOT_SENT";

    /** What one order leaves behind while requests for it are still to be sent. */
    private record Pending(long ordinal, long due, boolean leading) {}

    /**
     * How a run goes.
     *
     * @param warmUp how long it goes before anything is counted
     * @param measured how long it is counted
     * @param atOnce orders under way at once in a closed loop
     * @param arrivals of an open loop; empty: a closed one
     * @param storm whether a request without an answer that decides it is repeated at once
     * @param drain how long answers are awaited after the end
     * @param timeout how long an order of an open loop waits for a connection
     */
    record Plan(
            Duration warmUp,
            Duration measured,
            int atOnce,
            Optional<Arrivals> arrivals,
            boolean storm,
            Duration drain,
            Duration timeout) {}

    /** Gets what happened in each second. */
    @FunctionalInterface
    interface Listener {
        /**
         * A second is over.
         *
         * @param second its number, from 1; the warm-up counts
         */
        void second(long second, boolean warm, Tally tally);
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long SECOND = 1_000_000_000;

    private final Orders orders;
    private final Journal journal;
    private final Faults faults;
    private final Listener listener;
    private final Plan plan;
    private final long warmAt;
    private final long end;
    private final long giveUpAt;

    private final Deque<Pending> again = new ArrayDeque<>();
    private final Reading reading = new Reading();
    private final Tally total = new Tally();
    private final Tally second = new Tally();
    private long seconds;
    private int underWay;

    /** Requests on their way, copies too. */
    private int awaited;

    private long soldInTime;
    private long repeated;
    private long sameAnswers;
    private long cpuAtWarm;
    private long attemptsAtWarm;
    private long attempts;
    private long cpuNanos;
    private long attemptsMeasured;

    SaleTraffic(Orders orders, Journal journal, Faults faults, Plan plan, Listener listener) {
        this.orders = orders;
        this.journal = journal;
        this.faults = faults;
        this.listener = listener;
        this.plan = plan;
        this.warmAt = plan.warmUp().toNanos();
        this.end = warmAt + plan.measured().toNanos();
        this.giveUpAt = end + plan.drain().toNanos();
    }

    @Override
    public boolean next(long now, Exchange exchange) {
        if (again.isEmpty()) {
            begin(now);
        }
        Pending pending = again.pollFirst();
        if (pending == null) {
            return false;
        }
        exchange.ordinal = pending.ordinal();
        exchange.due = pending.due();
        exchange.leading = pending.leading();
        orders.writeSale(pending.ordinal(), exchange.request);
        attempts++;
        awaited++;
        second.attempted();
        if (isMeasured(pending.due())) {
            total.attempted();
        }
        return true;
    }

    /** Begins the next order, if one is due. */
    private void begin(long now) {
        if (plan.arrivals().isEmpty()) {
            if (now < end && underWay < plan.atOnce()) {
                begin(journal.open(), now);
            }
            return;
        }
        Arrivals arrivals = plan.arrivals().get();
        while (arrivals.next() <= now && arrivals.next() < end) {
            long due = arrivals.next();
            arrivals.advance();
            long ordinal = journal.open();
            if (now - due <= plan.timeout().toNanos()) {
                begin(ordinal, due);
                return;
            }
            drop(ordinal, due, now);
        }
    }

    private void begin(long ordinal, long due) {
        underWay++;
        count(due);
        again.addLast(new Pending(ordinal, due, true));
        for (int copies = orders.copies(ordinal); copies > 1; copies--) {
            again.addLast(new Pending(ordinal, due, false));
        }
    }

    private void drop(long ordinal, long due, long now) {
        count(due);
        journal.drop(ordinal);
        record(NOT_SENT, due, now, now);
    }

    private void count(long due) {
        second.began();
        if (isMeasured(due)) {
            total.began();
        }
    }

    @Override
    public long wakeAt(long now) {
        return plan.arrivals().map(Arrivals::next).filter(due -> due < end).orElse(Long.MAX_VALUE);
    }

    @Override
    public void answered(Exchange exchange, AnswerParser answer, long now) {
        awaited--;
        reading.read(answer);
        switch (reading.kind()) {
            case SOLD -> decide(exchange, State.SOLD);
            case REFUSED, ABSENT -> decide(exchange, State.REFUSED);
            case UNREADABLE ->
                faults.add("request " + orders.requestId(exchange.ordinal) + ": answered " + answer.status()
                        + " without a sale and its token");
            case POSTPONED -> {
                if (repeats(exchange, now)) {
                    return;
                }
            }
        }
        end(exchange, reading.outcome(), now);
    }

    private void decide(Exchange exchange, State state) {
        long ordinal = exchange.ordinal;
        if (journal.state(ordinal) == State.OPEN) {
            journal.decide(ordinal, state, reading.digest(), reading.fields());
            if (state == State.SOLD) {
                requireTender(orders, ordinal, reading.fields(), faults);
            }
        } else if (journal.wasAnswered(ordinal, reading.digest())) {
            sameAnswers++;
        } else {
            faults.add("request " + orders.requestId(ordinal) + ": two answers that are not the same");
        }
    }

    /** Finds fault with a sale of another tender than the order's. */
    static void requireTender(Orders orders, long ordinal, AnswerFields fields, Faults faults) {
        long asked = orders.tender(ordinal);
        if (fields.tenderTenThousandths() != orders.tenders().tenThousandths(asked)) {
            faults.add("request " + orders.requestId(ordinal) + ": the sale's tender is not the "
                    + orders.tenders().decimal(asked) + " that were asked for");
        }
    }

    @Override
    public void failed(Exchange exchange, Failure why, long now) {
        awaited--;
        if (!repeats(exchange, now)) {
            end(exchange, why.name(), now);
        }
    }

    private boolean repeats(Exchange exchange, long now) {
        if (!plan.storm() || now >= giveUpAt) {
            return false;
        }
        repeated++;
        again.addLast(new Pending(exchange.ordinal, exchange.due, exchange.leading));
        return true;
    }

    private void end(Exchange exchange, String outcome, long now) {
        if (!exchange.leading) {
            return;
        }
        underWay--;
        if (outcome.equals(Tally.SOLD) && now >= warmAt && now < end) {
            soldInTime++;
        }
        record(outcome, exchange.due, exchange.sent, now);
    }

    private void record(String outcome, long due, long sent, long now) {
        second.ended(outcome, now - due, now - sent);
        if (isMeasured(due)) {
            total.ended(outcome, now - due, now - sent);
        }
    }

    private boolean isMeasured(long due) {
        return due >= warmAt && due < end;
    }

    @Override
    public void tick(long now) {
        if (now < (seconds + 1) * SECOND) {
            return;
        }
        seconds = now / SECOND;
        listener.second(seconds, seconds * SECOND <= warmAt, second);
        second.clear();
        if (now >= warmAt && cpuAtWarm == 0) {
            cpuAtWarm = THREADS.getCurrentThreadCpuTime();
            attemptsAtWarm = attempts;
        }
        if (now < end + SECOND) {
            cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuAtWarm;
            attemptsMeasured = attempts - attemptsAtWarm;
        }
    }

    @Override
    public boolean isOver(long now) {
        return now >= giveUpAt
                || (now >= end && underWay == 0 && awaited == 0 && again.isEmpty() && wakeAt(now) == Long.MAX_VALUE);
    }

    /** Counts what the end of the run cut off: orders that waited for their first connection, or their next. */
    void finish(long now) {
        for (Pending pending = again.pollFirst(); pending != null; pending = again.pollFirst()) {
            if (pending.leading()) {
                record(Failure.TIMEOUT.name(), pending.due(), now, now);
            }
        }
        plan.arrivals().ifPresent(arrivals -> {
            for (; arrivals.next() < end; arrivals.advance()) {
                drop(journal.open(), arrivals.next(), now);
            }
        });
    }

    /** What was counted after the warm-up. */
    Tally total() {
        return total;
    }

    /** Orders sold within the measured time, by when they were answered. */
    long soldInTime() {
        return soldInTime;
    }

    /** Requests that were sent again because nothing was decided. */
    long repeated() {
        return repeated;
    }

    /** Copies and repetitions that got the very answer that was given before. */
    long sameAnswers() {
        return sameAnswers;
    }

    /** Processor time of this program for each request, in nanoseconds, after the warm-up; 0 if it is not known. */
    long cpuNanosPerRequest() {
        return attemptsMeasured == 0 ? 0 : cpuNanos / attemptsMeasured;
    }
}
