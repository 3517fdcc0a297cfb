package org.metermint.app.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PrimitiveIterator;
import java.util.function.LongConsumer;
import org.metermint.app.load.Journal.State;

/**
 * Asks the server what became of each request, and holds the answers against the journal: what was acknowledged is
 * there with the identical answer, and what was not is decided or absent.
 */
final class QuestionTraffic implements Traffic {

    private record Later(long ordinal, long since, long notBefore) {}

    /** What was found, beside the faults. */
    static final class Found {
        long asked;
        long confirmed;
        long confirmedRefusals;
        long soldUnacknowledged;
        long refusedUnacknowledged;
        long absent;
        long refusalsNotKept;

        /** Sum of the tenders of all sales that were found, in 1/10,000 of the major unit. */
        long tenThousandths;
    }

    private static final long PAUSE_NANOS = 100_000_000;

    private final Orders orders;
    private final Journal journal;
    private final Faults faults;
    private final PrimitiveIterator.OfLong ordinals;
    private final LongConsumer progress;
    private final long patienceNanos;
    private final Deque<Later> later = new ArrayDeque<>();
    private final Reading reading = new Reading();
    private final Found found = new Found();
    private int underWay;

    /**
     * Questions about orders.
     *
     * @param patience how long an order may stay undecided after it was first asked for
     * @param progress gets from time to time how many orders are settled
     */
    QuestionTraffic(
            Orders orders,
            Journal journal,
            Faults faults,
            PrimitiveIterator.OfLong ordinals,
            Duration patience,
            LongConsumer progress) {
        this.orders = orders;
        this.journal = journal;
        this.faults = faults;
        this.ordinals = ordinals;
        this.progress = progress;
        this.patienceNanos = patience.toNanos();
    }

    @Override
    public boolean next(long now, Exchange exchange) {
        if (!later.isEmpty() && later.getFirst().notBefore() <= now) {
            Later waited = later.removeFirst();
            exchange.ordinal = waited.ordinal();
            exchange.due = waited.since();
        } else if (ordinals.hasNext()) {
            exchange.ordinal = ordinals.nextLong();
            exchange.due = now;
            found.asked++;
        } else {
            return false;
        }
        underWay++;
        orders.writeQuestion(exchange.ordinal, exchange.request);
        return true;
    }

    @Override
    public long wakeAt(long now) {
        return later.isEmpty() ? Long.MAX_VALUE : later.getFirst().notBefore();
    }

    @Override
    public void answered(Exchange exchange, AnswerParser answer, long now) {
        underWay--;
        reading.read(answer);
        long ordinal = exchange.ordinal;
        switch (reading.kind()) {
            case SOLD -> sold(ordinal);
            case REFUSED -> refused(ordinal);
            case ABSENT -> {
                if (journal.state(ordinal) == State.REFUSED && journal.wasAnswered(ordinal, reading.digest())) {
                    found.confirmedRefusals++;
                } else {
                    absent(ordinal);
                }
            }
            case POSTPONED -> askAgain(exchange, reading.outcome(), now);
            case UNREADABLE ->
                faults.add(fault(ordinal) + "asked for, it is answered " + answer.status() + " without a sale");
        }
    }

    private void sold(long ordinal) {
        switch (journal.state(ordinal)) {
            case SOLD -> {
                if (journal.wasAnswered(ordinal, reading.digest())) {
                    found.confirmed++;
                } else {
                    faults.add(fault(ordinal) + "acknowledged, and now answered otherwise than it was");
                }
            }
            case OPEN -> {
                found.soldUnacknowledged++;
                journal.decide(ordinal, State.SOLD, reading.digest(), reading.fields());
                SaleTraffic.requireTender(orders, ordinal, reading.fields(), faults);
            }
            case REFUSED -> faults.add(fault(ordinal) + "refused for good, and now sold");
            case UNSENT -> faults.add(fault(ordinal) + "never sent, and sold");
        }
        found.tenThousandths += reading.fields().tenderTenThousandths();
    }

    private void refused(long ordinal) {
        switch (journal.state(ordinal)) {
            case SOLD -> faults.add(fault(ordinal) + "acknowledged as sold, and now refused: " + reading.outcome());
            case OPEN -> {
                found.refusedUnacknowledged++;
                journal.decide(ordinal, State.REFUSED, reading.digest(), reading.fields());
            }
            case REFUSED -> {
                if (journal.wasAnswered(ordinal, reading.digest())) {
                    found.confirmedRefusals++;
                } else {
                    faults.add(fault(ordinal) + "refused, and now refused otherwise");
                }
            }
            case UNSENT -> faults.add(fault(ordinal) + "never sent, and refused");
        }
    }

    private void absent(long ordinal) {
        switch (journal.state(ordinal)) {
            case SOLD -> faults.add(fault(ordinal) + "acknowledged as sold, and now unknown: the sale is lost");
            case REFUSED -> found.refusalsNotKept++;
            case OPEN, UNSENT -> found.absent++;
        }
    }

    @Override
    public void failed(Exchange exchange, Failure why, long now) {
        underWay--;
        askAgain(exchange, why.name(), now);
    }

    private void askAgain(Exchange exchange, String reason, long now) {
        if (now - exchange.due < patienceNanos) {
            later.addLast(new Later(exchange.ordinal, exchange.due, now + PAUSE_NANOS));
        } else {
            faults.add(fault(exchange.ordinal) + "what became of it is not known: " + reason);
        }
    }

    private String fault(long ordinal) {
        return "request " + orders.requestId(ordinal) + ": ";
    }

    @Override
    public void tick(long now) {
        progress.accept(found.asked - later.size() - underWay);
    }

    @Override
    public boolean isOver(long now) {
        return underWay == 0 && later.isEmpty() && !ordinals.hasNext();
    }

    Found found() {
        return found;
    }
}
