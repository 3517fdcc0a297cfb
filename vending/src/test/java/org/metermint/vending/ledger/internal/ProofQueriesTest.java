package org.metermint.vending.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityTransactions;
import org.springframework.jdbc.core.simple.JdbcClient;

class ProofQueriesTest {
    /** So many that PostgreSQL cannot keep their sums in the memory it is given here. */
    private static final int VENDORS = 1_000;

    /** As PostgreSQL does with millions of entries: it joins row by row, and would sum the books again for each vendor. */
    @Test
    void floats_sumTheBooksOnce_evenJoinedRowByRow() {
        try (SaleFixture desk = new SaleFixture()) {
            UtilityTransactions superuser = new UtilityTransactions(TestDatabase.superuserConnections(desk.url));
            Faults faults = new Faults();
            long read = superuser.inThenUndo(desk.utility, sql -> {
                sell(sql, desk.utility.value());
                sql.sql("""
                        SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off;
                        SET LOCAL enable_memoize = off; SET LOCAL enable_sort = off;
                        SET LOCAL work_mem = '64kB'; SET LOCAL hash_mem_multiplier = 1
                        """).update();
                long before = entriesRead(sql);
                ProofQueries.FLOATS.run(sql, desk.utility, faults);
                return entriesRead(sql) - before;
            });
            assertThat(faults.sentences())
                    .containsExactly("the float of vendor shop-7 is 1 minor units; the books say -100");
            assertThat(read).isEqualTo(VENDORS);
        }
    }

    /** One sale of each vendor, and one float that is wrong. */
    private static void sell(JdbcClient sql, long utility) {
        sql.sql("""
                SET LOCAL session_replication_role = replica;
                INSERT INTO ledger_account (utility_id, code, type) VALUES (UTILITY, 'energy', 'INCOME');
                INSERT INTO ledger_account (utility_id, code, type)
                SELECT UTILITY, 'float/shop-' || n, 'LIABILITY' FROM generate_series(1, VENDORS) n;
                INSERT INTO vendor (utility_id, code, created_at, balance)
                SELECT UTILITY, 'shop-' || n, now(), CASE WHEN n = 7 THEN 1 ELSE -100 END FROM generate_series(1, VENDORS) n;
                INSERT INTO journal_entry (utility_id, id, kind, sale_id, booked_at, accounts, amounts)
                SELECT UTILITY, sale, 'SALE', sale, now(), ARRAY[f.id, e.id], ARRAY[100, -100]
                FROM ledger_account f JOIN ledger_account e ON e.code = 'energy', LATERAL (SELECT id_at(now() + f.id * interval '1 s')) s (sale)
                WHERE f.code LIKE 'float/shop-%';
                ANALYZE
                """.replace("UTILITY", Long.toString(utility)).replace("VENDORS", Integer.toString(VENDORS)))
                .update();
    }

    private static long entriesRead(JdbcClient sql) {
        return sql.sql("""
                SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables
                WHERE relname LIKE 'journal_entry%'
                """).query(Long.class).single();
    }
}
