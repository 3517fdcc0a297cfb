package org.metermint.vending.outbox.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.outbox.ConsumerUnavailableException;
import org.metermint.vending.outbox.OutboxConsumer;
import org.metermint.vending.outbox.OutboxConsumer.AfterParked;
import org.metermint.vending.outbox.OutboxEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Hands events of one utility to one consumer, a batch in a transaction that moves the consumer's cursor as well: if either
 * fails, so does the other. One process at a time does so; a lock that needs no transaction number keeps it, for a
 * transaction with one would hold up every other consumer while this one works.
 *
 * <p>A batch that fails is handed over again event by event, to find the one that cannot be taken. That one is tried
 * again after pauses that double, and then parked.
 */
final class HandOver {
    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

    /** What became of an attempt. */
    enum Outcome {
        /** Nothing is there to be handed over, or another process is at it. */
        IDLE,
        /** Something was, and there may be more. */
        MORE,
        /** It failed, and is tried again later. */
        WAITS
    }

    private static final int BATCH = 500;
    private static final int LOCK_CLASS = 5;
    private static final int LONGEST_REASON = 200;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final UtilityTransactions transactions;
    private final UtilityId utility;
    private final OutboxConsumer consumer;
    private final Clock clock;

    /** Up to here events are handed over one by one. */
    private long carefulUntil;

    HandOver(UtilityTransactions transactions, UtilityId utility, OutboxConsumer consumer, Clock clock) {
        this.transactions = transactions;
        this.utility = utility;
        this.consumer = consumer;
        this.clock = clock;
    }

    /** A consumer that threw: nothing of its transaction stays. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient List<OutboxEvent> events;
        private final transient Optional<Parking.Retry> retry;
        private final RuntimeException failure;

        Failed(List<OutboxEvent> events, Optional<Parking.Retry> retry, RuntimeException cause) {
            super(cause);
            this.events = events;
            this.retry = retry;
            this.failure = cause;
        }
    }

    /** Hands the next events over, if there are any and it is time. */
    Outcome next() {
        try {
            return transactions.in(utility, this::attempt);
        } catch (Failed failed) {
            return transactions.in(utility, sql -> tryLock(sql) ? note(sql, failed) : Outcome.IDLE);
        }
    }

    private boolean tryLock(JdbcClient sql) {
        return sql.sql("SELECT pg_try_advisory_xact_lock(?, hashtext(?))")
                .params(LOCK_CLASS, utility.value() + "/" + consumer.name())
                .query(Boolean.class)
                .single();
    }

    private Outcome attempt(JdbcClient sql) {
        if (!tryLock(sql)) {
            return Outcome.IDLE;
        }
        Parking parking = new Parking(sql, utility, consumer.name());
        Optional<Parking.Retry> retry = parking.toRetry();
        if (retry.isPresent()) {
            handle(List.of(retry.get().event()), retry);
            parking.taken(retry.get());
            return Outcome.MORE;
        }
        Cursor cursor = Cursor.of(sql, utility, consumer.name());
        if (cursor.retryAt().isPresent()
                && clock.instant().isBefore(cursor.retryAt().get())) {
            return Outcome.WAITS;
        }
        OptionalLong restored = EventReader.restoredUntil(sql, utility, cursor);
        if (restored.isPresent()) {
            beginAgain(sql, cursor, restored.getAsLong());
            return Outcome.MORE;
        }
        boolean careful = cursor.attempts() > 0 || cursor.seq() < carefulUntil;
        EventReader.Batch batch = EventReader.next(sql, utility, cursor, careful ? 1 : BATCH);
        if (batch.next().equals(cursor)) {
            return Outcome.IDLE;
        }
        handle(admitted(parking, batch.events()), Optional.empty());
        batch.next().replace(sql, utility, consumer.name(), cursor);
        return Outcome.MORE;
    }

    private void handle(List<OutboxEvent> events, Optional<Parking.Retry> retry) {
        if (events.isEmpty()) {
            return;
        }
        try {
            consumer.handle(utility, events);
        } catch (RuntimeException e) {
            throw new Failed(events, retry, e);
        }
    }

    /** The events that need not wait; the others are put behind those of their meters that lie aside. */
    private List<OutboxEvent> admitted(Parking parking, List<OutboxEvent> events) {
        if (events.isEmpty() || consumer.afterParked() == AfterParked.METER_GOES_ON) {
            return events;
        }
        Set<Long> held = parking.meters(events);
        if (held.isEmpty()) {
            return events;
        }
        List<OutboxEvent> admitted = new ArrayList<>();
        for (OutboxEvent event : events) {
            if (event.meter().isPresent() && held.contains(event.meter().get())) {
                parking.park(event, 0, "waits for an earlier event of the meter", clock.instant());
            } else {
                admitted.add(event);
            }
        }
        return admitted;
    }

    private void beginAgain(JdbcClient sql, Cursor cursor, long former) {
        long next = sql.sql("SELECT nextval('outbox_seq')").query(Long.class).single();
        if (next <= former) {
            throw new IllegalStateException("the sequence outbox_seq stands at " + next + " and events up to " + former
                    + " are there: the database was restored without its sequences; set it with setval('outbox_seq', "
                    + former + ")");
        }
        LOG.warn(
                "utility {}: the database was restored; consumer {} begins again with what was not handed over before",
                utility.value(),
                consumer.name());
        cursor.restored(former).replace(sql, utility, consumer.name(), cursor);
    }

    private Outcome note(JdbcClient sql, Failed failed) {
        String reason = reason(failed.failure);
        Parking parking = new Parking(sql, utility, consumer.name());
        if (failed.retry.isPresent()) {
            parking.failedAgain(failed.retry.get(), reason);
            LOG.warn("consumer {}: a parked event failed again: {}", consumer.name(), reason);
            return Outcome.MORE;
        }
        boolean unavailable = failed.failure instanceof ConsumerUnavailableException;
        if (failed.events.size() > 1 && !unavailable) {
            carefulUntil = failed.events.getLast().seq();
            return Outcome.MORE;
        }
        Cursor cursor = Cursor.of(sql, utility, consumer.name());
        int attempts = cursor.attempts() + 1;
        if (attempts >= consumer.attempts() && !unavailable) {
            return park(sql, cursor, parking, failed.events.getFirst(), attempts, reason);
        }
        Instant retryAt = clock.instant().plus(pause(attempts));
        sql.sql(
                        "UPDATE outbox_cursor SET attempts = ?, retry_at = ?, failure = ? WHERE utility_id = ? AND consumer = ?")
                .params(attempts, retryAt.atOffset(ZoneOffset.UTC), reason, utility.value(), consumer.name())
                .update();
        LOG.warn(
                "utility {}: consumer {} failed {} times and is tried again at {}: {}",
                utility.value(),
                consumer.name(),
                attempts,
                retryAt,
                reason);
        return Outcome.WAITS;
    }

    private Outcome park(
            JdbcClient sql, Cursor cursor, Parking parking, OutboxEvent event, int attempts, String reason) {
        EventReader.Batch batch = EventReader.next(sql, utility, cursor, 1);
        if (batch.events().equals(List.of(event))) {
            parking.park(event, attempts, reason, clock.instant());
            batch.next().replace(sql, utility, consumer.name(), cursor);
            LOG.error(
                    "utility {}: consumer {} cannot take event {} ({}), which is parked after {} attempts: {}",
                    utility.value(),
                    consumer.name(),
                    event.seq(),
                    event.kind(),
                    attempts,
                    reason);
        }
        return Outcome.MORE;
    }

    private static String reason(RuntimeException failure) {
        String words = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        return words.length() <= LONGEST_REASON ? words : words.substring(0, LONGEST_REASON);
    }

    static Duration pause(int attempts) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 20));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
