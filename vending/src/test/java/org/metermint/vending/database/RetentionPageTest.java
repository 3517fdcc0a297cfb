package org.metermint.vending.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.token.MeterPan;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.sale.Sale;
import org.metermint.vending.sale.SaleAnswer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What docs/operating/retention.md tells an administrator to do, done as it stands there. */
@Tag("database")
class RetentionPageTest {
    private static final Path PAGE = Path.of(System.getProperty("metermint.root"), "docs", "operating", "retention.md");
    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

    private SaleFixture fixture;
    private JdbcClient superuser;

    @BeforeEach
    void open() {
        fixture = new SaleFixture();
        superuser = TestDatabase.superuser(fixture.url);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void page_namesEveryTable() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(superuser.sql("""
                                SELECT relname FROM pg_class WHERE relnamespace = 'metermint'::regnamespace
                                  AND relkind IN ('r', 'p') AND NOT relispartition
                                  AND relname <> 'flyway_schema_history' ORDER BY relname
                                """).query(String.class).list())
                .allSatisfy(table -> assertThat(page).contains("`" + table + "`"));
    }

    @Test
    void month_isDetachedAsThePageSays_andProvedAgainWhenItIsBack() throws IOException {
        fixture.vending.partitions().make(YearMonth.of(2026, 3), 3);
        MeterPan meter = fixture.meter();
        Sale old = ((SaleAnswer.Sold) fixture.sell("old", meter, "100.00")).sale();
        fixture.clock.set("2026-04-20T10:00:00Z");
        Sale recent = ((SaleAnswer.Sold) fixture.sell("recent", meter, "50.00")).sale();
        assertThat(faults()).isEmpty();

        execute(blocks().get(1));

        assertThat(fixture.vending.saleDesk().sale(fixture.utility, old.id())).isEmpty();
        assertThat(fixture.vending.saleDesk().sale(fixture.utility, recent.id()))
                .contains(recent);
        assertThat(faults()).as("what the proof from the first row misses").isNotEmpty();
        fixture.clock.advance(Duration.ofHours(1));
        assertThat(fixture.sell("next", meter, "20.00")).as("sales go on").isInstanceOf(SaleAnswer.Sold.class);

        for (String table : List.of("sale", "sale_outcome", "sale_delivery", "journal_entry")) {
            execute("ALTER TABLE metermint." + table + " ATTACH PARTITION metermint." + table
                    + "_202603 FOR VALUES FROM" + " ('" + bound("2026-03-01T00:00:00Z") + "') TO ('"
                    + bound("2026-04-01T00:00:00Z") + "')");
        }
        assertThat(faults()).isEmpty();
        assertThat(fixture.vending.saleDesk().sale(fixture.utility, old.id())).contains(old);
    }

    @Test
    void rowsOfADefaultPartition_areMovedAsThePageSays() throws IOException {
        YearMonth month = YearMonth.of(2026, 5);
        new UtilityTransactions(fixture.pool)
                .in(
                        fixture.utility,
                        sql -> sql.sql("""
                                        INSERT INTO outbox (utility_id, at, kind, subject)
                                        SELECT ?, ?, 'TEST', gen_random_uuid() FROM generate_series(1, 5)
                                        """)
                                .params(
                                        fixture.utility.value(),
                                        month.atDay(3).atStartOfDay().atOffset(ZoneOffset.UTC))
                                .update());
        assertThat(count("outbox_default")).isGreaterThanOrEqualTo(5);

        execute(blocks().getFirst());

        assertThat(count("outbox_202605")).isEqualTo(5);
        assertThat(count("outbox_default")).isZero();
        assertThat(fixture.vending.partitions().all())
                .filteredOn(partition -> partition.name().equals("outbox_default"))
                .singleElement()
                .satisfies(partition -> assertThat(partition.used()).isFalse());
        assertThat(superuser.sql("""
                                SELECT count(*) FROM pg_trigger WHERE tgrelid = 'metermint.outbox_default'::regclass
                                  AND tgname = 'never_emptied' AND tgenabled = 'O'
                                """).query(Long.class).single()).isEqualTo(1);
    }

    private List<String> faults() {
        return fixture.vending.ledger().verify(fixture.utility).faults();
    }

    private long count(String table) {
        return superuser
                .sql("SELECT count(*) FROM metermint." + table)
                .query(Long.class)
                .single();
    }

    private String bound(String instant) {
        return superuser
                .sql("SELECT metermint.id_at(?::timestamptz)::text")
                .param(instant)
                .query(String.class)
                .single();
    }

    private void execute(String script) {
        new JdbcTemplate(new DriverManagerDataSource(fixture.url, "postgres", "")).execute(script);
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = SQL.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }
}
