package org.metermint.vending.outbox;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Transactions that write events of meters, as sales do: some get their number before they have their meters, some wait
 * for one another, some come to nothing. The subject of an event is its meter and its place among the meter's events.
 */
final class Writers {
    static final int METERS = 7;

    private final UtilityTransactions transactions;
    private final UtilityId utility;
    private final Outbox outbox;
    private final long[] written = new long[METERS];

    Writers(UtilityTransactions transactions, UtilityId utility, Outbox outbox) {
        this.transactions = transactions;
        this.utility = utility;
        this.outbox = outbox;
    }

    /** How many events of a meter are committed. */
    synchronized long written(int meter) {
        return written[meter];
    }

    private synchronized void add(int meter, int change) {
        written[meter] += change;
    }

    static UUID subject(int meter, long place) {
        return new UUID(meter, place);
    }

    /** Some transactions, one after the other. */
    Callable<Integer> writer(long seed, int times) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return () -> {
            int committed = 0;
            for (int i = 0; i < times; i++) {
                committed += write(random) ? 1 : 0;
            }
            return committed;
        };
    }

    /** One transaction over one or two meters in their order. */
    boolean write(RandomGenerator random) {
        int first = random.nextInt(METERS);
        int second = random.nextBoolean() ? first : random.nextInt(METERS);
        boolean early = random.nextBoolean();
        boolean undone = random.nextInt(5) == 0;
        Function<JdbcClient, Boolean> work = sql -> {
            if (early) {
                sql.sql("SELECT pg_current_xact_id()").query().singleRow();
            }
            for (int meter = Math.min(first, second); meter <= Math.max(first, second); meter++) {
                if (meter == first || meter == second) {
                    sql.sql("SELECT pg_advisory_xact_lock(77, ?)")
                            .param(meter)
                            .query()
                            .singleRow();
                    outbox.append(
                            utility,
                            "SALE_TESTED",
                            subject(meter, written(meter) + 1),
                            Optional.of((long) meter),
                            Instant.parse("2026-03-10T10:00:00Z"));
                    if (!undone) {
                        add(meter, 1); // under the lock of the meter
                    }
                }
            }
            return !undone;
        };
        return undone ? transactions.inThenUndo(utility, work) : transactions.in(utility, work);
    }
}
