package org.metermint.app.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

    @TempDir
    Path parent;

    private DataDirectory directory;

    @BeforeEach
    void open() {
        directory = DataDirectory.open(parent.resolve("data"));
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void database_isDurableAndKeepsItsRowsAndPort() throws SQLException {
        String url;
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            url = database.server();
            assertThat(query(database, "SHOW fsync")).isEqualTo("on");
            assertThat(query(database, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(database, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(query(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            execute(database, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(database.server()).isEqualTo(url);
            assertThat(query(database, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void superuser_withoutPassword_isRefused() {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> DriverManager.getConnection(database.server() + "/postgres", "postgres", "guess"))
                    .withMessageContaining("password authentication failed");
        }
    }

    @Test
    void settings_editedInTheCluster_cannotTurnDurabilityOff() throws Exception {
        EmbeddedDatabase.start(directory).close();
        Files.writeString(directory.resolve("database/postgresql.auto.conf"), "fsync = off\nfull_page_writes = off\n");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(query(database, "SHOW fsync")).isEqualTo("on");
            assertThat(query(database, "SHOW full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void start_databaseOutlivedItsServer_isAdopted() throws SQLException {
        EmbeddedDatabase orphan = EmbeddedDatabase.start(directory); // as if its server had been killed
        execute(orphan, "CREATE TABLE kept AS SELECT 42 AS answer");
        try (EmbeddedDatabase adopted = EmbeddedDatabase.start(directory)) {
            assertThat(adopted.pid()).isEqualTo(orphan.pid());
            assertThat(query(adopted, "SELECT answer FROM kept")).isEqualTo("42");
        } finally {
            orphan.close();
        }
    }

    @Test
    void start_staleProcessFile_startsAnew() throws IOException, SQLException {
        EmbeddedDatabase.start(directory).close();
        Files.writeString(
                directory.resolve("database/postmaster.pid"),
                "%d\n/elsewhere\n1\n1\n\n\n\n\n"
                        .formatted(ProcessHandle.current().pid()));
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void start_portTakenSince_choosesAnother() throws IOException, SQLException {
        EmbeddedDatabase.start(directory).close();
        int port = Integer.parseInt(
                Files.readString(directory.resolve("database.port")).strip());
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(taken.isBound()).isTrue();
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
            assertThat(database.server()).doesNotEndWith(":" + port);
        }
    }

    @Test
    void database_killed_comesBackWithEverythingCommitted() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            execute(database, "CREATE TABLE kept AS SELECT 42 AS answer");
            long killed = database.pid();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();

            assertThat(awaitAnswer(database, Duration.ofSeconds(30))).isEqualTo("42");
            // the database answers a moment before the one who started it knows its process
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (database.pid() == killed && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            assertThat(database.pid()).isNotEqualTo(killed);
        }
    }

    private static String awaitAnswer(EmbeddedDatabase database, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                Thread.sleep(100);
                return query(database, "SELECT answer FROM kept");
            } catch (SQLException e) {
                assertThat(System.nanoTime())
                        .as("still down: %s", e.getMessage())
                        .isLessThan(deadline);
            }
        }
    }

    private static String query(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        return DriverManager.getConnection(
                database.server() + "/postgres", database.superuser(), database.superuserPassword());
    }
}
