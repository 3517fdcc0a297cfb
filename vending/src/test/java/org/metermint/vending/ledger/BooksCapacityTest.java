package org.metermint.vending.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A day of very many sales, written by SQL: closed, read and proved. Prints how long each took. */
class BooksCapacityTest {
    private static final int SALES = Boolean.getBoolean("metermint.full") ? 1_000_000 : 5_000;
    private static final int METERS = SALES / 10;
    private static final int VENDORS = 1_000;

    /** How often an entry may be read, by everything that the test does: once by each question of the proof that looks at all. */
    private static final int READINGS = 14;

    @Test
    void dayOfManySales_isClosedAndProved() throws Exception {
        String url;
        try (SaleFixture desk = new SaleFixture()) {
            url = desk.url;
            write(TestDatabase.superuser(desk.url), desk.utility.value());
            List<AccountBalance> before = timed(
                    "balances before the close", () -> desk.vending.ledger().balances(desk.utility));
            List<ClosedDay> closed = timed(
                    "close of the day",
                    () -> desk.vending.dailyClose().close(desk.utility, Instant.parse("2026-03-10T22:00:00Z")));
            assertThat(closed).singleElement().satisfies(day -> {
                assertThat(day.day()).isEqualTo(LocalDate.parse("2026-03-10"));
                assertThat(day.entries()).isEqualTo(SALES);
            });
            assertThat(timed(
                            "balances after the close",
                            () -> desk.vending.ledger().balances(desk.utility)))
                    .isEqualTo(before)
                    .contains(new AccountBalance("float/shop-7", 11_500L * SALES / VENDORS));
            Verification proof = timed("proof", () -> desk.vending.ledger().verify(desk.utility));
            assertThat(proof.faults()).isEmpty();
            assertThat(proof.postings()).isEqualTo(3L * SALES);
        }
        assertThat(entriesRead(TestDatabase.superuser(url)))
                .as("entries read, of %d", SALES)
                .isBetween((long) SALES, (long) READINGS * SALES);
    }

    /** Connections that ended have told their counts. */
    private static long entriesRead(JdbcClient sql) {
        return sql.sql("""
                SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables
                WHERE relname LIKE 'journal_entry%'
                """).query(Long.class).single();
    }

    private static <T> T timed(String what, Callable<T> work) throws Exception {
        long begun = System.nanoTime();
        T result = work.call();
        System.out.printf(
                "%s of %,d sales: %d ms%n",
                what, SALES, Duration.ofNanos(System.nanoTime() - begun).toMillis());
        return result;
    }

    private static void write(JdbcClient sql, long utility) {
        // one call, since the temporary table lives as long as its connection
        sql.sql("""
                INSERT INTO ledger_account (utility_id, code, type) VALUES
                    (UTILITY, 'energy', 'INCOME'), (UTILITY, 'tax/VAT', 'LIABILITY');
                INSERT INTO ledger_account (utility_id, code, type)
                SELECT UTILITY, 'float/shop-' || n, 'LIABILITY' FROM generate_series(0, VENDORS - 1) n;
                INSERT INTO vendor (utility_id, code, created_at, balance)
                SELECT UTILITY, 'shop-' || n, now(), -11500::bigint * SALES / VENDORS FROM generate_series(0, VENDORS - 1) n;
                INSERT INTO meter (utility_id, pan, algorithm, supply_group, key_revision, tariff_index, key_type,
                    key_change_tokens, status)
                SELECT UTILITY, lpad(n::text, 18, '0'), 11, '201457', 1, 1, 2, 4, 'ACTIVE' FROM generate_series(1, METERS) n;
                INSERT INTO account (utility_id, number, customer_id, meter_id, supply_group, tariff_index, tariff_id,
                    position_month, position_units)
                SELECT UTILITY, 'A-' || m.id, c.id, m.id, '201457', 1, 'za-tshwane-2025-26', '2026-03-01', 0
                FROM meter m, customer c;
                CREATE TEMP TABLE made AS
                SELECT n, n / METERS AS turn, m.id AS meter_id, (left(id_at('2026-03-09T22:00:00Z'::timestamptz
                    + n * interval '80 ms')::text, 14) || '7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
                FROM generate_series(0, SALES - 1) n JOIN meter m ON m.pan = lpad((1 + n % METERS)::text, 18, '0');
                CREATE UNIQUE INDEX ON made (n);
                INSERT INTO sale (utility_id, id, receipt_number, client_id, vendor_code, request_id, received_at, account_id,
                    meter_id, previous_sale_id, payment, tender, service, tariff_id, tariff_version, position_month,
                    position_units, units_after, assessment, credit, credit_steps, pan, algorithm, supply_group,
                    key_revision, tariff_index, key_type, base_date, tid)
                SELECT UTILITY, s.id, s.n, 'till-1', 'shop-' || s.n % VENDORS, 'r' || s.n, '2026-03-10T10:00:00Z', a.id, s.meter_id, p.id,
                    'CASH', 11500, 'ELECTRICITY', t.tariff_id, t.version, '2026-03-01', 0, 0, '{}', 'UNITS', 100,
                    lpad('1', 18, '0'), 11, '201457', 1, 1, 2, 2014, 2 * s.turn + 2
                FROM made s JOIN account a ON a.meter_id = s.meter_id LEFT JOIN made p ON p.n = s.n - METERS,
                    (SELECT tariff_id, version FROM tariff_version LIMIT 1) t;
                INSERT INTO sale_outcome SELECT UTILITY, id, 'ISSUED', now(), '{}', lpad('1', 20, '0'), true, NULL, NULL FROM made;
                INSERT INTO request SELECT UTILITY, 'till-1', 'r' || n, sha256('x'), now(), id, NULL, NULL FROM made;
                INSERT INTO journal_entry (utility_id, id, kind, sale_id, booked_at, accounts, amounts)
                SELECT UTILITY, m.id, 'SALE', m.id, '2026-03-10T10:00:00Z', ARRAY[f.id, e.id, t.id], ARRAY[11500, -10000, -1500]
                FROM made m JOIN ledger_account f ON f.code = 'float/shop-' || m.n % VENDORS JOIN ledger_account e ON e.code = 'energy'
                JOIN ledger_account t ON t.code = 'tax/VAT';
                UPDATE meter SET last_sale_id = s.id, last_tid_2014 = 2 * s.turn + 2
                FROM (SELECT DISTINCT ON (meter_id) * FROM made ORDER BY meter_id, n DESC) s WHERE s.meter_id = meter.id;
                ANALYZE
                """.replace("UTILITY", Long.toString(utility))
                        .replace("METERS", Integer.toString(METERS))
                        .replace("VENDORS", Integer.toString(VENDORS))
                        .replace("SALES", Integer.toString(SALES)))
                .update();
    }
}
