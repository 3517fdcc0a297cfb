package org.metermint.vending.outbox.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.outbox.ConsumerStatus;
import org.metermint.vending.outbox.ConsumerUnavailableException;
import org.metermint.vending.outbox.OutboxConsumer;
import org.metermint.vending.outbox.OutboxConsumer.AfterParked;
import org.metermint.vending.outbox.OutboxEvent;
import org.metermint.vending.outbox.ParkedEvent;
import org.metermint.vending.outbox.internal.HandOver.Outcome;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Handing over step by step, on a clock that stands still. */
class HandOverTest {
    private SaleFixture desk;
    private UtilityTransactions work;
    private JdbcOutbox outbox;

    @BeforeEach
    void open() {
        desk = new SaleFixture();
        work = new UtilityTransactions(desk.pool);
        outbox = new JdbcOutbox(work, List::of, List.of(), desk.clock);
    }

    @AfterEach
    void close() {
        outbox.close();
        desk.close();
    }

    /** Keeps what it is handed, and refuses what it is told to. */
    private static final class Recorder implements OutboxConsumer {
        private final List<Long> taken = new ArrayList<>();
        private final AfterParked afterParked;
        private Predicate<OutboxEvent> refused = event -> false;
        private boolean available = true;

        Recorder(AfterParked afterParked) {
            this.afterParked = afterParked;
        }

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public int attempts() {
            return 3;
        }

        @Override
        public AfterParked afterParked() {
            return afterParked;
        }

        @Override
        public void handle(UtilityId utility, List<OutboxEvent> events) {
            if (!available) {
                throw new ConsumerUnavailableException("no answer");
            }
            if (events.stream().anyMatch(refused)) {
                throw new IllegalStateException("not this one");
            }
            events.forEach(event -> taken.add(event.subject().getLeastSignificantBits()));
        }
    }

    private void append(long meter, long... subjects) {
        work.in(desk.utility, sql -> {
            for (long subject : subjects) {
                outbox.append(desk.utility, "SALE_TESTED", new UUID(0, subject), Optional.of(meter), Instant.EPOCH);
            }
            return true;
        });
    }

    private HandOver to(OutboxConsumer consumer) {
        return new HandOver(work, desk.utility, consumer, desk.clock);
    }

    /** Hands over until nothing is left; pauses pass at once. */
    private void drain(HandOver handOver) {
        for (Outcome outcome = handOver.next(); outcome != Outcome.IDLE; outcome = handOver.next()) {
            if (outcome == Outcome.WAITS) {
                desk.clock.advance(Duration.ofMinutes(5));
            }
        }
    }

    @Test
    void events_areHandedOverOnce_inOrder() {
        Recorder recorder = new Recorder(AfterParked.METER_WAITS);
        HandOver handOver = to(recorder);
        assertThat(handOver.next()).isEqualTo(Outcome.IDLE);
        append(1, 1, 2);
        append(2, 3);
        drain(handOver);
        append(1, 4);
        drain(to(recorder));
        assertThat(recorder.taken).containsExactly(1L, 2L, 3L, 4L);
        assertThat(outbox.status(desk.utility)).singleElement().satisfies(status -> {
            assertThat(status.consumer()).isEqualTo("recorder");
            assertThat(status.lag()).isZero();
        });
    }

    @Test
    void event_behindATransactionUnderWay_waitsForIt_andComesInTheOrderOfTheirNumbers() throws Exception {
        Recorder recorder = new Recorder(AfterParked.METER_WAITS);
        HandOver handOver = to(recorder);
        drain(handOver);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Boolean> slow = thread.submit(() -> work.in(desk.utility, sql -> {
                sql.sql("SELECT pg_current_xact_id()").query().singleRow();
                begun.countDown();
                await(end);
                outbox.append(desk.utility, "SALE_TESTED", new UUID(0, 2), Optional.of(1L), Instant.EPOCH);
                return true;
            }));
            begun.await();
            append(1, 1); // a higher transaction number, and yet before
            assertThat(handOver.next()).isEqualTo(Outcome.IDLE);
            end.countDown();
            slow.get();
        }
        drain(handOver);
        assertThat(recorder.taken).containsExactly(1L, 2L);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void event_thatCannotBeTaken_isParkedAfterItsAttempts(AfterParked afterParked) {
        Recorder recorder = new Recorder(afterParked);
        recorder.refused = event -> event.subject().getLeastSignificantBits() == 2;
        append(1, 1, 2, 3);
        append(2, 4);
        HandOver handOver = to(recorder);
        assertThat(handOver.next()).as("a batch is taken apart first").isEqualTo(Outcome.MORE);
        assertThat(handOver.next()).isEqualTo(Outcome.MORE);
        assertThat(handOver.next()).isEqualTo(Outcome.WAITS);
        assertThat(handOver.next()).as("its pause").isEqualTo(Outcome.WAITS);
        assertThat(outbox.status(desk.utility).getFirst().retryAt())
                .hasValue(desk.clock.instant().plusSeconds(1));
        drain(handOver);
        append(1, 5);
        drain(handOver);
        boolean waits = afterParked == AfterParked.METER_WAITS;
        assertThat(recorder.taken).isEqualTo(waits ? List.of(1L, 4L) : List.of(1L, 3L, 4L, 5L));
        assertThat(outbox.parked(desk.utility, 10))
                .extracting(parked -> parked.event().subject().getLeastSignificantBits())
                .isEqualTo(waits ? List.of(2L, 3L, 5L) : List.of(2L));
        assertThat(outbox.parked(desk.utility, 10).getFirst())
                .returns(3, ParkedEvent::attempts)
                .returns("IllegalStateException: not this one", ParkedEvent::reason);

        outbox.retry(desk.utility, "recorder");
        drain(handOver);
        assertThat(outbox.parked(desk.utility, 10)).as("it fails again").hasSize(waits ? 3 : 1);
        recorder.refused = event -> false;
        outbox.retry(desk.utility, "recorder");
        drain(handOver);
        assertThat(outbox.parked(desk.utility, 10)).isEmpty();
        assertThat(recorder.taken).isEqualTo(waits ? List.of(1L, 4L, 2L, 3L, 5L) : List.of(1L, 3L, 4L, 5L, 2L));
    }

    @Test
    void consumer_thatIsUnavailable_getsEverythingInTheEnd() {
        Recorder recorder = new Recorder(AfterParked.METER_WAITS);
        recorder.available = false;
        append(1, 1, 2);
        HandOver handOver = to(recorder);
        for (int i = 1; i <= 20; i++) {
            assertThat(handOver.next()).isEqualTo(Outcome.WAITS);
            assertThat(outbox.status(desk.utility)).first().returns(i, ConsumerStatus::attempts);
            desk.clock.advance(HandOver.pause(i));
        }
        assertThat(outbox.status(desk.utility).getFirst().lag()).isPositive();
        recorder.available = true;
        drain(handOver);
        assertThat(recorder.taken).containsExactly(1L, 2L);
        assertThat(outbox.status(desk.utility).getFirst().failure()).isEmpty();
    }

    @Test
    void consumer_atWork_holdsUpNoOther_andIsAlone() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        OutboxConsumer slow = new OutboxConsumer() {
            @Override
            public String name() {
                return "slow";
            }

            @Override
            public void handle(UtilityId utility, List<OutboxEvent> events) {
                begun.countDown();
                await(end);
            }
        };
        Recorder recorder = new Recorder(AfterParked.METER_WAITS);
        to(slow).next(); // makes its cursor
        append(1, 1);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Outcome> working = thread.submit(() -> to(slow).next());
            begun.await();
            append(1, 2);
            drain(to(recorder));
            assertThat(recorder.taken).containsExactly(1L, 2L);
            assertThat(to(slow).next()).as("a second process").isEqualTo(Outcome.IDLE);
            end.countDown();
            assertThat(working.get()).isEqualTo(Outcome.MORE);
        }
    }

    @Test
    void databaseRestoredFromADump_losesNoEvent() {
        Recorder recorder = new Recorder(AfterParked.METER_WAITS);
        HandOver handOver = to(recorder);
        append(1, 1);
        drain(handOver);
        append(1, 2, 3);
        append(2, 4);
        countTransactionsAnew();
        append(1, 5);
        drain(handOver);
        append(2, 6);
        drain(to(recorder));
        assertThat(recorder.taken.stream().distinct()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(recorder.taken)
                .as("only what was in the window at hand comes again")
                .endsWith(2L, 3L, 4L, 5L, 6L);
        countTransactionsAnew();
        append(1, 7);
        drain(handOver);
        assertThat(recorder.taken).contains(7L);
    }

    /** What a dump that is restored elsewhere looks like: rows and cursors of transactions that are far ahead. */
    private void countTransactionsAnew() {
        superuser().sql("""
                        SET session_replication_role = replica;
                        UPDATE outbox SET xact = (xact::text::bigint + 1000000000)::text::xid8;
                        UPDATE outbox_cursor SET xact = (xact::text::bigint + 1000000000)::text::xid8,
                            until = (until::text::bigint + 1000000000)::text::xid8;
                        """).update();
    }

    @Test
    void databaseRestoredWithoutItsSequences_saysSo() {
        append(1, 1, 2, 3);
        countTransactionsAnew();
        superuser().sql("SELECT setval('outbox_seq', 1)").query().singleRow();
        assertThatThrownBy(() -> to(new Recorder(AfterParked.METER_WAITS)).next())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setval('outbox_seq'");
    }

    private JdbcClient superuser() {
        return TestDatabase.superuser(desk.url);
    }
}
