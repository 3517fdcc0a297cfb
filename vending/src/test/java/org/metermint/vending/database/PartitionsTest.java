package org.metermint.vending.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.vending.MutableClock;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.upkeep.PartitionUpkeep;
import org.springframework.jdbc.core.simple.JdbcClient;

@Tag("database")
class PartitionsTest {
    private final YearMonth now = YearMonth.now(ZoneOffset.UTC);

    private String url;
    private HikariDataSource pool;
    private UtilityTransactions transactions;
    private Partitions partitions;
    private JdbcClient superuser;

    @BeforeEach
    void open() {
        url = TestDatabase.create();
        pool = TestDatabase.pool(url, 4);
        transactions = new UtilityTransactions(pool);
        partitions = new Partitions(transactions);
        superuser = TestDatabase.superuser(url);
        superuser.sql("""
                        INSERT INTO utility (utility_id, code, name, currency, minor_digits, zone, key_change,
                            smallest_tender, largest_tender, created_at)
                        SELECT n, 'u' || n, 'U', 'ZAR', 2, 'UTC', 'REFUSE', 1, 100, now() FROM generate_series(1, 2) AS n
                        """).update();
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private List<String> names() {
        return partitions.all().stream().map(Partitions.Partition::name).toList();
    }

    @Test
    void make_coversEveryPartitionedTable_onceAndAgainNothing() {
        YearMonth far = YearMonth.of(2040, 11);
        List<String> tables = superuser
                .sql("SELECT relname FROM pg_class WHERE relnamespace = 'metermint'::regnamespace AND relkind = 'p'")
                .query(String.class)
                .list();
        assertThat(tables).contains("sale", "sale_outcome", "sale_delivery", "journal_entry", "outbox");
        assertThat(partitions.make(far, 3)).isEqualTo(3 * tables.size());
        assertThat(partitions.make(far, 3)).isZero();
        assertThat(names())
                .containsAll(tables.stream()
                        .flatMap(table -> Stream.of(table + "_204011", table + "_204012", table + "_204101"))
                        .toList());
        assertThat(Partitions.furthest(partitions.all())).contains(YearMonth.of(2041, 1));
        assertThatThrownBy(() -> partitions.make(far, 0)).hasMessageContaining("outside 1..120");
    }

    @Test
    void make_fromTwoServersAtOnce_makesEachOnce() {
        YearMonth far = YearMonth.of(2042, 1);
        List<CompletableFuture<Integer>> both = Stream.of(1, 2)
                .map(server -> CompletableFuture.supplyAsync(() -> partitions.make(far, 6)))
                .toList();
        int made = both.stream().mapToInt(CompletableFuture::join).sum();
        assertThat(made)
                .isEqualTo(6
                        * (int) partitions.all().stream()
                                .map(Partitions.Partition::table)
                                .distinct()
                                .count());
    }

    @Test
    void make_whileSomebodyHoldsTheTable_failsInTime_andIsDoneAfterwards() throws Exception {
        YearMonth far = YearMonth.of(2043, 1);
        try (Connection holder = DriverManager.getConnection(url, "postgres", "");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE metermint.sale_default IN ACCESS SHARE MODE");
            assertThatThrownBy(() -> partitions.make(far, 1))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("55P03");
            holder.rollback();
        }
        assertThat(names()).doesNotContain("outbox_204301", "sale_204301");
        assertThat(partitions.make(far, 1)).isPositive();
    }

    @Test
    void monthWhoseRowsCameTooEarly_staysInTheDefaultPartition_whereTheyAreRead() {
        events(1, YearMonth.of(2044, 5), 3);
        assertThat(partitions.make(YearMonth.of(2044, 5), 1)).isPositive();
        assertThat(names()).contains("sale_204405").doesNotContain("outbox_204405");
        assertThat(partitions.all())
                .filteredOn(partition -> partition.name().equals("outbox_default"))
                .allMatch(Partitions.Partition::used);
        assertThat(transactions.<Long>in(
                        new UtilityId(1),
                        sql -> sql.sql("SELECT count(*) FROM outbox")
                                .query(Long.class)
                                .single()))
                .isEqualTo(3);
    }

    @Test
    void upkeep_makesThreeMonthsAhead() {
        MutableClock clock = new MutableClock("2045-12-31T23:59:59Z");
        new PartitionUpkeep(partitions, clock, 3).run();
        assertThat(Partitions.furthest(partitions.all())).contains(YearMonth.of(2046, 3));
        assertThat(names()).contains("sale_204512", "outbox_204603");
        assertThatThrownBy(() -> new PartitionUpkeep(partitions, clock, 0)).hasMessageContaining("1 at least");
    }

    @Test
    void events_areDroppedByMonth_whenEveryConsumerOfEveryUtilityIsPastThem() {
        YearMonth old = now.minusMonths(5);
        partitions.make(old, 6);
        events(1, old, 10);
        events(2, old, 10);
        events(2, old.plusMonths(1), 10);
        long newest = superuser
                        .sql("SELECT max(xact::text::bigint) FROM outbox")
                        .query(Long.class)
                        .single()
                + 1;
        String oldest = "outbox_" + old.toString().replace("-", "");
        String next = "outbox_" + old.plusMonths(1).toString().replace("-", "");
        assertThat(partitions.dropConsumedEvents(now.minusMonths(3)))
                .as("without a consumer only what holds no event")
                .doesNotContain(oldest, next);
        cursor(1, "counts", newest);
        assertThat(partitions.dropConsumedEvents(now.minusMonths(3))).doesNotContain(oldest);
        cursor(2, "counts", newest);
        cursor(2, "slow", 0);
        assertThat(partitions.dropConsumedEvents(now.minusMonths(3))).doesNotContain(oldest);
        superuser.sql("DELETE FROM outbox_cursor WHERE consumer = 'slow'").update();
        cursor(2, "from-before-a-restore", Long.MAX_VALUE / 4);
        assertThat(partitions.dropConsumedEvents(now.minusMonths(3))).doesNotContain(oldest);
        superuser
                .sql("DELETE FROM outbox_cursor WHERE consumer = 'from-before-a-restore'")
                .update();
        assertThat(partitions.dropConsumedEvents(now.minusMonths(4)))
                .contains(oldest)
                .doesNotContain(next);
        assertThat(names()).doesNotContain(oldest);
        assertThat(superuser
                        .sql("SELECT count(*) FROM outbox")
                        .query(Long.class)
                        .single())
                .isEqualTo(10);
    }

    @Test
    void events_ofThisMonthAndTheLast_areNeverDropped() {
        partitions.dropConsumedEvents(now.plusMonths(5));
        assertThat(names())
                .filteredOn(name -> name.startsWith("outbox_"))
                .contains(
                        "outbox_" + now.toString().replace("-", ""),
                        "outbox_" + now.plusMonths(3).toString().replace("-", ""));
    }

    @Test
    void furthest_isThatOfTheTableThatIsBehind() {
        assertThat(Partitions.furthest(List.of(of("a", "2026-05"), of("a", "2026-06"), of("b", "2026-04"))))
                .contains(YearMonth.of(2026, 4));
        assertThat(Partitions.furthest(List.of(
                        of("a", "2026-05"), new Partitions.Partition("b", "b_default", Optional.empty(), 0, 0, false))))
                .isEmpty();
    }

    private static Partitions.Partition of(String table, String month) {
        return new Partitions.Partition(
                table, table + "_" + month.replace("-", ""), Optional.of(YearMonth.parse(month)), 0, 0, false);
    }

    private void events(long utility, YearMonth month, int count) {
        transactions.in(
                new UtilityId(utility),
                sql -> sql.sql("""
                                INSERT INTO outbox (utility_id, at, kind, subject)
                                SELECT :utility, :at, 'TEST', gen_random_uuid() FROM generate_series(1, :count)
                                """)
                        .param("utility", utility)
                        .param("at", month.atDay(15).atStartOfDay().atOffset(ZoneOffset.UTC))
                        .param("count", count)
                        .update());
    }

    private void cursor(long utility, String consumer, long xact) {
        superuser
                .sql("INSERT INTO outbox_cursor VALUES (?, ?, ?::text::xid8, 0)")
                .params(utility, consumer, Long.toString(xact))
                .update();
    }
}
