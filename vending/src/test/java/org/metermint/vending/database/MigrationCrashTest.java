package org.metermint.vending.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** PostgreSQL killed while it migrates, at moments from a seed; the next start does it again from the beginning. */
class MigrationCrashTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int SALES = FULL ? 1_000_000 : 5_000;
    private static final int KILLS = FULL ? 10 : 3;
    private static final long SEED = Long.getLong("metermint.seed", 20_260_501L);

    @Test
    void migration_killedAtAnyMoment_isDoneOnceByTheNextStart() throws Exception {
        try (DebianPostgres postgres = DebianPostgres.create()) {
            String whole = filled(postgres);
            Instant began = Instant.now();
            migrate(postgres, whole);
            Duration uninterrupted = Duration.between(began, Instant.now());
            System.out.printf("migration of %,d sales: %s%n", SALES, uninterrupted);
            List<String> expected = digests(postgres, whole);

            Random random = new Random(SEED);
            String name = filled(postgres);
            int killed = 0;
            try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
                for (int kill = 0; kill < KILLS; kill++) {
                    Future<?> migration = threads.submit(() -> migrate(postgres, name));
                    long moment = random.nextLong(Math.max(1, uninterrupted.toMillis() / 2));
                    killed += isDoneWithin(moment, migration) ? 0 : 1;
                    postgres.kill();
                    assertThat(endedOrBroken(migration)).isTrue();
                    postgres.start();
                }
            }
            System.out.printf("seed %d: %d of %d kills came while it migrated%n", SEED, killed, KILLS);
            assertThat(killed).as("kills within the migration").isPositive();
            migrate(postgres, name);
            assertThat(digests(postgres, name)).isEqualTo(expected);
        }
    }

    private static boolean isDoneWithin(long millis, Future<?> migration) throws Exception {
        try {
            migration.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillAtWork) {
            return false;
        }
    }

    /** What was killed lost its connection; anything else that it died of is a fault. */
    private static boolean endedOrBroken(Future<?> migration) throws InterruptedException {
        try {
            migration.get();
            return true;
        } catch (ExecutionException broken) {
            for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException lost
                        && String.valueOf(lost.getSQLState()).matches("08...|57...")) {
                    return true;
                }
            }
            throw new AssertionError("the migration died of something else than the kill", broken);
        }
    }

    private static String filled(DebianPostgres postgres) {
        String name = OldSchema.withBooks(postgres.url());
        OldSchema.multiply(postgres.url(), name, SALES);
        return name;
    }

    private static void migrate(DebianPostgres postgres, String name) {
        new DatabaseBootstrap(postgres.url(), "postgres", null).prepare(name, TestDatabase.PASSWORD);
    }

    /** What each table holds; the moment of the migration is nowhere in it. */
    private static List<String> digests(DebianPostgres postgres, String name) {
        JdbcClient sql = OldSchema.superuser(postgres.url(), name);
        return sql.sql("""
                        SELECT relname FROM pg_class WHERE relnamespace = 'metermint'::regnamespace
                          AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'flyway_schema_history'
                        ORDER BY relname
                        """).query(String.class).list().stream()
                .map(table -> table + " "
                        + sql.sql("SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
                                        + " FROM metermint." + table + " t")
                                .query(String.class)
                                .single())
                .toList();
    }
}
