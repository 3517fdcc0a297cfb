package org.metermint.vending.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.vending.SaleFixture;
import org.metermint.vending.tariff.PublishedTariffs;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the server's role may and sees, for every table and view that there is, on a database with sales. */
@Tag("database")
class RowLevelSecurityTest {
    private static SaleFixture fixture;
    private static JdbcClient superuser;

    @BeforeAll
    static void sell() {
        fixture = new SaleFixture();
        fixture.sell("one", fixture.meter(), "100.00");
        fixture.sell("two", fixture.meter(SaleFixture.ROLLED_OVER, 1, PublishedTariffs.INCLINING), "50.00");
        superuser = TestDatabase.superuser(fixture.url);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static List<String> relations(String kinds, String condition) {
        return superuser
                .sql("""
                        SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'metermint'::regnamespace
                          AND c.relkind IN (%s) AND c.relname <> 'flyway_schema_history' AND (%s) ORDER BY c.relname
                        """.formatted(kinds, condition))
                .query(String.class)
                .list();
    }

    @Test
    void queryWithoutTheSetting_seesNoRowOfAnyTableOrView() {
        List<String> all = relations("'r', 'p', 'v', 'm', 'f'", "NOT c.relispartition");
        assertThat(all).contains("utility", "sale", "posting", "outbox", "client");
        assertThat(all)
                .filteredOn(name -> superuser
                                .sql("SELECT count(*) FROM metermint." + name)
                                .query(Long.class)
                                .single()
                        > 0)
                .as("what holds rows, so that seeing none means something")
                .contains("utility", "client", "customer", "account", "meter", "sale", "sale_outcome", "posting");
        JdbcClient server = JdbcClient.create(fixture.pool);
        assertThat(all)
                .allSatisfy(name -> assertThat(server.sql("SELECT count(*) FROM " + name)
                                .query(Long.class)
                                .single())
                        .as(name)
                        .isZero());
    }

    @Test
    void everyTable_forcesRowLevelSecurity_partitionsToo() {
        assertThat(relations("'r', 'p'", "NOT (c.relrowsecurity AND c.relforcerowsecurity)"))
                .isEmpty();
        assertThat(relations(
                        "'r', 'p'",
                        "NOT c.relispartition AND NOT EXISTS (SELECT 1 FROM pg_policy y WHERE y.polrelid = c.oid"
                                + " AND y.polname = 'own_rows' AND y.polwithcheck IS NOT NULL)"))
                .as("without a policy for reading and writing")
                .isEmpty();
        assertThat(relations("'v', 'm'", "NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false)"))
                .as("views that run as their owner")
                .isEmpty();
    }

    @Test
    void role_ownsNothing_andHasNoRightOnPartitions() {
        assertThat(superuser.sql("""
                                SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
                                FROM pg_roles WHERE rolname = 'metermint_server'
                                """).query(Boolean.class).single()).isFalse();
        assertThat(superuser.sql("""
                                SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
                                WHERE r.rolname = 'metermint_server' AND d.deptype = 'o'
                                """).query(Long.class).single())
                .as("objects that it owns")
                .isZero();
        assertThat(superuser
                        .sql("SELECT count(*) FROM pg_auth_members WHERE member = 'metermint_server'::regrole")
                        .query(Long.class)
                        .single())
                .as("roles that it may act as")
                .isZero();
        assertThat(relations(
                        "'r', 'p'",
                        "c.relispartition AND has_table_privilege('metermint_server', c.oid,"
                                + " 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')"))
                .isEmpty();
        assertThat(relations("'r', 'p'", "has_table_privilege('metermint_server', c.oid, 'DELETE, TRUNCATE, TRIGGER')"))
                .as("tables that it may delete from: nothing but what waits for another attempt")
                .isSubsetOf("outbox_parked");
        assertThat(superuser
                        .sql("SELECT has_schema_privilege('metermint_server', 'metermint', 'CREATE')")
                        .query(Boolean.class)
                        .single())
                .isFalse();
    }

    /** Whoever adds a function that runs as the owner adds it here, and says what it can give away. */
    @Test
    void functionsThatRunAsTheOwner_areThese_andHaveTheirOwnSearchPath() {
        assertThat(superuser.sql("""
                                SELECT p.oid::regprocedure::text FROM pg_proc p
                                WHERE p.pronamespace = 'metermint'::regnamespace AND p.prosecdef ORDER BY 1
                                """).query(String.class).list())
                .containsExactlyInAnyOrder(
                        "client_credential(text)",
                        "drop_consumed_events(date)",
                        "make_partitions(date,integer)",
                        "utility_directory()");
        assertThat(superuser.sql("""
                                SELECT p.proname FROM pg_proc p
                                WHERE p.pronamespace = 'metermint'::regnamespace AND p.prosecdef
                                  AND NOT (array_to_string(p.proconfig, ' ') LIKE '%search_path=metermint, pg_temp%'
                                      AND NOT has_function_privilege('public', p.oid, 'EXECUTE'))
                                """).query(String.class).list()).isEmpty();
    }

    @Test
    void setting_thatIsNoNumber_orOfNoUtility_showsNothing() {
        try (HikariDataSource pool = TestDatabase.pool(fixture.url, 1)) {
            UtilityTransactions work = new UtilityTransactions(pool);
            assertThat(work.<Long>in(
                            new UtilityId(Long.MAX_VALUE),
                            sql -> sql.sql("SELECT count(*) FROM sale")
                                    .query(Long.class)
                                    .single()))
                    .isZero();
            assertThatThrownBy(() -> {
                        try (Connection connection = pool.getConnection();
                                Statement statement = connection.createStatement()) {
                            connection.setAutoCommit(false);
                            statement.execute("SELECT set_config('metermint.utility', 'x', true)");
                            statement.execute("SELECT count(*) FROM sale");
                        }
                    })
                    .hasMessageContaining("bigint");
            assertThat(new Partitions(work).make(YearMonth.of(2031, 1), 1)).isPositive();
        }
    }
}
