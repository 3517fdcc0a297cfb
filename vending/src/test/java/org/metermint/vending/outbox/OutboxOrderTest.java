package org.metermint.vending.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.outbox.internal.JdbcOutbox;

/** However events are written and whoever dies: each arrives, and no meter's event before the one that came before it. */
class OutboxOrderTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");

    /** Sees what a consumer is handed; an event again, or the next of its meter, is right. */
    private static final class Watcher {
        private final Map<Integer, Long> last = new HashMap<>();
        private final List<String> wrong = new ArrayList<>();

        synchronized void see(int meter, long place) {
            long before = last.getOrDefault(meter, 0L);
            if (place > before + 1) {
                wrong.add("meter " + meter + ": " + place + " after " + before);
            }
            last.merge(meter, place, Math::max);
        }

        synchronized boolean hasAll(Writers writers) {
            for (int meter = 0; meter < Writers.METERS; meter++) {
                if (last.getOrDefault(meter, 0L) < writers.written(meter)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Two processes' pollers, one consumer that fails now and then, and writers that cross one another. */
    @Test
    void events_ofConcurrentWriters_arriveInOrderOfTheirMeters() throws Exception {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Watcher watcher = new Watcher();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        OutboxConsumer flaky = consumer((utility, events) -> {
            events.forEach(event -> watcher.see(
                    (int) event.subject().getMostSignificantBits(),
                    event.subject().getLeastSignificantBits()));
            synchronized (random) {
                if (random.nextInt(4) == 0) {
                    throw new ConsumerUnavailableException("by chance");
                }
            }
        });
        try (SaleFixture desk = new SaleFixture(16)) {
            UtilityTransactions work = new UtilityTransactions(desk.pool);
            try (JdbcOutbox one = outbox(work, desk.utility, flaky);
                    JdbcOutbox other = outbox(work, desk.utility, flaky)) {
                Writers writers = new Writers(work, desk.utility, one);
                one.start();
                other.start();
                writeAll(writers, seed, FULL ? 20_000 : 250);
                while (!watcher.hasAll(writers)) {
                    writers.write(random); // wakes them too
                    Thread.onSpinWait();
                }
            }
        }
        assertThat(watcher.wrong).as("seed " + seed).isEmpty();
    }

    private static void writeAll(Writers writers, long seed, int each) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> written = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                written.add(threads.submit(writers.writer(seed + i, each)));
            }
            for (Future<Integer> writer : written) {
                writer.get();
            }
        }
    }

    private interface Handling {
        void handle(UtilityId utility, List<OutboxEvent> events);
    }

    private static OutboxConsumer consumer(Handling handling) {
        return new OutboxConsumer() {
            @Override
            public String name() {
                return "watcher";
            }

            @Override
            public void handle(UtilityId utility, List<OutboxEvent> events) {
                handling.handle(utility, events);
            }
        };
    }

    private static JdbcOutbox outbox(UtilityTransactions work, UtilityId utility, OutboxConsumer consumer) {
        return new JdbcOutbox(work, () -> List.of(utility), List.of(consumer), new RushingClock());
    }

    /** Every look at it is an hour later: no pause lasts. */
    private static final class RushingClock extends Clock {
        private final AtomicLong hours = new AtomicLong();

        @Override
        public Instant instant() {
            return Instant.parse("2026-03-10T10:00:00Z").plus(hours.incrementAndGet(), ChronoUnit.HOURS);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** A process is killed while it hands over, before it could commit that it did. */
    @Test
    void process_killedBetweenHandingOverAndItsCommit_handsOverAgain() throws Exception {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        int kills = FULL ? 100 : 4;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Watcher watcher = new Watcher();
        try (SaleFixture desk = new SaleFixture(8)) {
            UtilityTransactions work = new UtilityTransactions(desk.pool);
            try (JdbcOutbox silent = new JdbcOutbox(work, List::of, List.of(), Clock.systemUTC())) {
                Writers writers = new Writers(work, desk.utility, silent);
                for (int kill = 0; kill < kills; kill++) {
                    writeAll(writers, seed + 4L * kill, 15);
                    Process child = start(desk.url, desk.utility);
                    int lines = 1 + random.nextInt(30);
                    read(child, watcher, () -> false, lines);
                    child.destroyForcibly().waitFor();
                }
                Process last = start(desk.url, desk.utility);
                read(last, watcher, () -> watcher.hasAll(writers), Integer.MAX_VALUE);
                last.destroyForcibly().waitFor();
            }
        }
        assertThat(watcher.wrong).as("seed " + seed).isEmpty();
    }

    private static Process start(String url, UtilityId utility) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        url,
                        Long.toString(utility.value()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void read(Process child, Watcher watcher, BooleanSupplier done, int lines) throws IOException {
        BufferedReader said = child.inputReader();
        for (int i = 0; i < lines && !done.getAsBoolean(); i++) {
            String line = said.readLine();
            assertThat(line).as("what the process says").isNotNull();
            String[] words = line.split(" ", 2);
            watcher.see(Integer.parseInt(words[0]), Long.parseLong(words[1]));
        }
    }

    /** Says each event that it is handed, slowly enough to be killed among them. */
    static final class Child {
        private static final Duration PACE = Duration.ofMillis(2);

        private Child() {}

        public static void main(String[] args) throws InterruptedException {
            HikariDataSource pool = TestDatabase.pool(args[0], 4);
            UtilityId utility = new UtilityId(Long.parseLong(args[1]));
            OutboxConsumer speaker = consumer((of, events) -> {
                for (OutboxEvent event : events) {
                    System.out.println(event.subject().getMostSignificantBits() + " "
                            + event.subject().getLeastSignificantBits());
                    System.out.flush();
                    LockSupport.parkNanos(PACE.toNanos());
                }
            });
            JdbcOutbox outbox = new JdbcOutbox(
                    new UtilityTransactions(pool), () -> List.of(utility), List.of(speaker), Clock.systemUTC());
            outbox.start();
            new CountDownLatch(1).await(1, TimeUnit.HOURS);
        }
    }
}
