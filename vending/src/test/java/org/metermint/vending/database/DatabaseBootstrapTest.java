package org.metermint.vending.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@Tag("database")
class DatabaseBootstrapTest {
    @Test
    void prepare_twice_changesNothing() {
        String url = TestDatabase.create();
        TestDatabase.bootstrap().prepare(url.substring(url.lastIndexOf('/') + 1), TestDatabase.PASSWORD);
        try (HikariDataSource pool = TestDatabase.pool(url, 2)) {
            DatabaseBootstrap.checkDurable(pool);
        }
    }

    @Test
    void schemaVersion_isThatOfTheLastMigration() throws IOException {
        Path migrations = Path.of(System.getProperty("metermint.root"), "vending/src/main/resources/db/migration");
        try (Stream<Path> files = Files.list(migrations)) {
            assertThat(files.mapToInt(file -> Integer.parseInt(
                                    file.getFileName().toString().replaceFirst("^V(\\d+)__.*", "$1")))
                            .max())
                    .hasValue(DatabaseBootstrap.SCHEMA_VERSION);
        }
    }

    @Test
    void everyTable_forcesRowLevelSecurity_andCarriesTheUtility() {
        JdbcClient sql = TestDatabase.superuser(TestDatabase.create());
        assertThat(sql.sql("""
                        SELECT relname FROM pg_class c
                        WHERE relnamespace = 'metermint'::regnamespace AND relkind IN ('r', 'p')
                          AND relname <> 'flyway_schema_history'
                          AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (
                              SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'utility_id'))
                        """).query(String.class).list()).isEmpty();
    }

    @Test
    void server_withoutUtility_seesNoRow_andCannotWriteOne() {
        String url = TestDatabase.create();
        TestDatabase.superuser(url).sql("""
                        INSERT INTO utility VALUES
                        (1, 'a', 'A', 'ZAR', 2, 'UTC', 'REFUSE', 1, 100, now()), (2, 'b', 'B', 'ZAR', 2, 'UTC', 'REFUSE', 1, 100, now())
                        """).update();
        try (HikariDataSource pool = TestDatabase.pool(url, 1)) {
            JdbcClient sql = JdbcClient.create(pool);
            UtilityTransactions work = new UtilityTransactions(pool);
            assertThat(sql.sql("SELECT code FROM utility").query(String.class).list())
                    .isEmpty();
            assertThat(codes(work, 1)).containsExactly("a");
            assertThat(codes(work, 2)).containsExactly("b");
            // the same connection, after the setting ended with its transaction
            assertThat(sql.sql("SELECT code FROM utility").query(String.class).list())
                    .isEmpty();
            assertThatThrownBy(() -> work.in(
                            new UtilityId(1),
                            s -> s.sql("INSERT INTO vendor VALUES (2, 'x', now())")
                                    .update()))
                    .isInstanceOf(DataAccessException.class)
                    .rootCause()
                    .hasMessageContaining("row-level security");
            assertThatThrownBy(() -> work.in(new UtilityId(1), s -> work.in(new UtilityId(2), t -> 1)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void history_cannotBeChanged_notEvenByItsOwner() {
        String url = TestDatabase.create();
        try (HikariDataSource pool = TestDatabase.pool(url, 1)) {
            assertThatThrownBy(() -> JdbcClient.create(pool)
                            .sql("DELETE FROM journal_entry")
                            .update())
                    .rootCause()
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> JdbcClient.create(pool)
                            .sql("UPDATE request SET sale_id = NULL")
                            .update())
                    .rootCause()
                    .hasMessageContaining("permission denied");
        }
        assertThatThrownBy(() -> TestDatabase.superuser(url)
                        .sql("SET ROLE metermint_owner; TRUNCATE journal_entry")
                        .update())
                .rootCause()
                .hasMessageContaining("append-only");
    }

    @Test
    void check_superuserOrOwner_isRefused() {
        String url = TestDatabase.create();
        assertThatThrownBy(() -> DatabaseBootstrap.check(new DriverManagerDataSource(url, "postgres", "")))
                .isInstanceOf(UnfitDatabaseException.class)
                .hasMessageContaining("superuser")
                .hasMessageContaining("metermint_server");
        JdbcClient sql = TestDatabase.superuser(url);
        sql.sql("CREATE ROLE meddler LOGIN; GRANT metermint_server, metermint_owner TO meddler")
                .update();
        try {
            assertThatThrownBy(() -> DatabaseBootstrap.check(new DriverManagerDataSource(url, "meddler", "")))
                    .isInstanceOf(UnfitDatabaseException.class)
                    .hasMessageContaining("owns tables");
            sql.sql("REVOKE metermint_owner FROM meddler; ALTER ROLE meddler BYPASSRLS")
                    .update();
            assertThatThrownBy(() -> DatabaseBootstrap.check(new DriverManagerDataSource(url, "meddler", "")))
                    .isInstanceOf(UnfitDatabaseException.class)
                    .hasMessageContaining("BYPASSRLS");
        } finally {
            sql.sql("DROP ROLE meddler").update();
        }
    }

    @Test
    void newerSchema_isRefused_withTheRemedy() {
        String url = TestDatabase.create();
        TestDatabase.superuser(url).sql("""
                        INSERT INTO flyway_schema_history
                        SELECT 99, '99', 'from the future', type, script, checksum, installed_by, now(), 1, true
                        FROM flyway_schema_history WHERE version = '1'
                        """).update();
        assertThatThrownBy(() -> TestDatabase.bootstrap()
                        .prepare(url.substring(url.lastIndexOf('/') + 1), TestDatabase.PASSWORD))
                .isInstanceOf(UnfitDatabaseException.class)
                .hasMessageContaining("start the newer program");
        assertThatThrownBy(() -> TestDatabase.pool(url, 1))
                .isInstanceOf(UnfitDatabaseException.class)
                .hasMessageContaining("version 99");
    }

    private static List<String> codes(UtilityTransactions work, long utility) {
        return work.in(
                new UtilityId(utility),
                sql -> sql.sql("SELECT code FROM utility").query(String.class).list());
    }
}
