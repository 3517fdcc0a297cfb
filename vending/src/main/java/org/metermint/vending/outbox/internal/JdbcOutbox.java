package org.metermint.vending.outbox.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.outbox.ConsumerStatus;
import org.metermint.vending.outbox.Outbox;
import org.metermint.vending.outbox.OutboxConsumer;
import org.metermint.vending.outbox.OutboxEvent;
import org.metermint.vending.outbox.ParkedEvent;
import org.metermint.vending.refusal.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The outbox in PostgreSQL, and the threads that hand its events over: one for each consumer of each utility, so that
 * none waits for another.
 */
public final class JdbcOutbox implements Outbox, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcOutbox.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration GATHER = Duration.ofMillis(250);
    private static final Duration NEW_UTILITIES_EVERY = Duration.ofSeconds(5);
    private static final Duration LAST_HAND_OVER = Duration.ofSeconds(20);

    private record Worker(UtilityId utility, String consumer) {}

    private final UtilityTransactions transactions;
    private final Supplier<List<UtilityId>> utilities;
    private final List<OutboxConsumer> consumers;
    private final Clock clock;
    private final Map<Worker, Semaphore> signals = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("outbox").factory());
    private volatile boolean closed;

    /** @param utilities whose events are handed over */
    public JdbcOutbox(
            UtilityTransactions transactions,
            Supplier<List<UtilityId>> utilities,
            List<OutboxConsumer> consumers,
            Clock clock) {
        this.transactions = transactions;
        this.utilities = utilities;
        this.consumers = List.copyOf(consumers);
        this.clock = clock;
    }

    /** Begins to hand events over, of every utility that there is and that comes. */
    @SuppressWarnings("FutureReturnValueIgnored") // each round reports its own failures, and close ends it
    public void start() {
        starter.scheduleWithFixedDelay(this::startWorkers, 0, NEW_UTILITIES_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void startWorkers() {
        try {
            for (UtilityId utility : utilities.get()) {
                for (OutboxConsumer consumer : consumers) {
                    signals.computeIfAbsent(
                            new Worker(utility, consumer.name()), worker -> startWorker(utility, consumer));
                }
            }
        } catch (RefusedException e) {
            LOG.warn("the outbox waits: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the outbox failed and tries again", e);
        }
    }

    private Semaphore startWorker(UtilityId utility, OutboxConsumer consumer) {
        Semaphore signal = new Semaphore(0);
        HandOver handOver = new HandOver(transactions, utility, consumer, clock);
        threads.add(Thread.ofVirtual()
                .name("outbox-" + utility.value() + "-" + consumer.name())
                .start(() -> work(handOver, consumer, signal)));
        return signal;
    }

    private void work(HandOver handOver, OutboxConsumer consumer, Semaphore signal) {
        while (!closed) {
            HandOver.Outcome outcome = HandOver.Outcome.WAITS;
            try {
                outcome = handOver.next();
            } catch (RefusedException e) {
                LOG.warn("consumer {} waits: {}", consumer.name(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("handing over to {} failed and is tried again", consumer.name(), e);
            }
            if (outcome != HandOver.Outcome.MORE && !closed) {
                pause(signal);
            }
        }
    }

    /** Waits for news, and then a moment for more of it: under load each look finds many events. */
    private static void pause(Semaphore signal) {
        try {
            if (signal.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                Thread.sleep(GATHER);
                signal.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void append(UtilityId utility, String kind, UUID subject, Optional<Long> meter, Instant at) {
        transactions.in(utility, sql -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    wake(utility);
                }
            });
            return sql.sql("""
                            INSERT INTO outbox (utility_id, at, kind, meter_id, subject)
                            VALUES (:utility, :at, :kind, :meter, :subject)
                            """)
                    .param("utility", utility.value())
                    .param("at", at.atOffset(ZoneOffset.UTC))
                    .param("kind", kind)
                    .param("meter", meter.orElse(null), java.sql.Types.BIGINT)
                    .param("subject", subject)
                    .update();
        });
    }

    @Override
    public void wake(UtilityId utility) {
        for (OutboxConsumer consumer : consumers) {
            Semaphore signal = signals.get(new Worker(utility, consumer.name()));
            if (signal != null) {
                signal.release();
            }
        }
    }

    @Override
    public List<ConsumerStatus> status(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> sql.sql("""
                        SELECT c.*, (SELECT count(*) FROM outbox_parked p
                                     WHERE p.utility_id = c.utility_id AND p.consumer = c.consumer) AS parked
                        FROM outbox_cursor c WHERE c.utility_id = ? ORDER BY c.consumer
                        """)
                        .param(utility.value())
                        .query((row, number) -> new ConsumerStatus(
                                row.getString("consumer"),
                                lag(sql, utility, row.getString("consumer")),
                                row.getLong("parked"),
                                row.getInt("attempts"),
                                Optional.ofNullable(row.getObject("retry_at", OffsetDateTime.class))
                                        .map(OffsetDateTime::toInstant),
                                Optional.ofNullable(row.getString("failure"))))
                        .list());
    }

    private Duration lag(JdbcClient sql, UtilityId utility, String consumer) {
        List<OutboxEvent> next = EventReader.next(sql, utility, Cursor.of(sql, utility, consumer), 1)
                .events();
        Duration lag = next.isEmpty()
                ? Duration.ZERO
                : Duration.between(next.getFirst().at(), clock.instant());
        return lag.isNegative() ? Duration.ZERO : lag;
    }

    @Override
    public List<ParkedEvent> parked(UtilityId utility, int limit) {
        return transactions.in(utility, sql -> Parking.all(sql, utility, limit));
    }

    @Override
    public int retry(UtilityId utility, String consumer) {
        int marked = transactions.in(utility, sql -> new Parking(sql, utility, consumer).retry());
        wake(utility);
        return marked;
    }

    /** Ends handing over; what is under way is waited for. */
    @Override
    public void close() {
        closed = true;
        starter.close();
        signals.values().forEach(Semaphore::release);
        for (Thread thread : threads) {
            try {
                if (!thread.join(LAST_HAND_OVER)) {
                    LOG.warn("{} is still at work; what it was handed comes again", thread.getName());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
