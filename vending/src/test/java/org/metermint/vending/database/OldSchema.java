package org.metermint.vending.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database as the first schema had it, before anything migrated it. */
final class OldSchema {
    private OldSchema() {}

    /** A database of the first schema with two utilities that traded: its name. */
    static String withBooks(String serverUrl) {
        String name = empty(serverUrl);
        new JdbcTemplate(source(serverUrl, name)).execute(books());
        return name;
    }

    /** A database of the first schema without a row: its name. */
    static String empty(String serverUrl) {
        // the roles belong to the cluster
        new DatabaseBootstrap(serverUrl, "postgres", null).prepare(TestDatabase.newName(), TestDatabase.PASSWORD);
        String name = TestDatabase.newName();
        superuser(serverUrl, "postgres")
                .sql("CREATE DATABASE " + name + " OWNER metermint_owner ENCODING 'UTF8' TEMPLATE template0")
                .update();
        superuser(serverUrl, name)
                .sql("SET ROLE metermint_owner; CREATE SCHEMA metermint; GRANT USAGE ON SCHEMA metermint TO"
                        + " metermint_server")
                .update();
        Flyway.configure()
                .dataSource(source(serverUrl, name))
                .initSql("SET ROLE metermint_owner")
                .defaultSchema("metermint")
                .createSchemas(false)
                .locations("classpath:db/migration")
                .target(MigrationVersion.fromVersion("1"))
                .load()
                .migrate();
        return name;
    }

    /**
     * Multiplies the sales of the older of the two utilities' first vendor, with requests, outcomes and postings, spread
     * over six months.
     */
    static void multiply(String serverUrl, String name, int sales) {
        new JdbcTemplate(source(serverUrl, name)).execute("""
                BEGIN;
                SET LOCAL search_path = metermint;
                SET LOCAL session_replication_role = replica;
                CREATE TEMPORARY TABLE template ON COMMIT DROP AS
                    SELECT s.* FROM sale s JOIN sale_outcome o ON o.utility_id = s.utility_id AND o.sale_id = s.id
                    WHERE s.utility_id = 1 AND o.state = 'COMPLETED' AND s.from_supply_group IS NULL
                    ORDER BY s.receipt_number LIMIT 1;
                CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
                    SELECT n, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000' || '8000'
                               || lpad(to_hex(n), 12, '0'))::uuid AS id, at
                    FROM (SELECT n, timestamptz '2026-01-01T00:00:00Z' + n * (interval '180 days' / :sales) AS at
                          FROM generate_series(1, :sales) AS n) AS moment;
                INSERT INTO sale SELECT r.* FROM template t CROSS JOIN copy c CROSS JOIN LATERAL jsonb_populate_record(
                        t, jsonb_build_object('id', c.id, 'receipt_number', 1000 + c.n, 'request_id', 'copy-' || c.n,
                            'received_at', c.at, 'meter_id', 1000 + c.n / 1000, 'tid', c.n % 1000 * 1440)) AS r;
                INSERT INTO request (utility_id, client_id, request_id, body_sha256, received_at, sale_id)
                    SELECT t.utility_id, t.client_id, 'copy-' || c.n, sha256(c.id::text::bytea), c.at, c.id
                    FROM template t CROSS JOIN copy c;
                INSERT INTO sale_outcome SELECT t.utility_id, c.id, 'COMPLETED', c.at, '{}', '12345678901234567890',
                        true, NULL, NULL
                    FROM template t CROSS JOIN copy c;
                INSERT INTO journal_entry OVERRIDING SYSTEM VALUE SELECT t.utility_id, 1000 + c.n, c.id, 'SALE', c.at
                    FROM template t CROSS JOIN copy c;
                INSERT INTO posting SELECT p.utility_id, 1000 + c.n, p.line, p.account_id, p.amount
                    FROM template t
                    JOIN journal_entry e ON e.utility_id = t.utility_id AND e.sale_id = t.id
                    JOIN posting p ON p.utility_id = e.utility_id AND p.entry_id = e.entry_id
                    CROSS JOIN copy c;
                COMMIT;
                """.replace(":sales", Integer.toString(sales)));
    }

    /** SQL as the superuser. */
    static JdbcClient superuser(String serverUrl, String name) {
        return JdbcClient.create(source(serverUrl, name));
    }

    private static DataSource source(String serverUrl, String name) {
        return new DriverManagerDataSource(serverUrl + "/" + name, "postgres", "");
    }

    private static String books() {
        try (InputStream script =
                Objects.requireNonNull(OldSchema.class.getResourceAsStream("v1-books.sql"), "v1-books.sql")) {
            return "BEGIN;\nSET LOCAL search_path = metermint;\n"
                    + new String(script.readAllBytes(), StandardCharsets.UTF_8) + "COMMIT;\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
