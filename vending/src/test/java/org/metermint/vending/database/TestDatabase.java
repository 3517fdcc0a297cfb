package org.metermint.vending.database;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * One PostgreSQL for all tests of this JVM, with durable settings; each test class takes a database of its own. It is the
 * embedded one; that of the operating system with {@code -Dmetermint.postgres=debian}; or another with
 * {@code -Dmetermint.postgres=jdbc:postgresql://host:port}, whose superuser {@code postgres} needs no password from here.
 */
public final class TestDatabase {
    public static final String PASSWORD = "test-password";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestDatabase() {}

    private static final class Holder {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("max_connections", "100")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Debian {
        static final DebianPostgres POSTGRES = DebianPostgres.create();
    }

    /** A fresh, prepared database: its URL. */
    public static String create() {
        String name = newName();
        bootstrap().prepare(name, PASSWORD);
        return url(name);
    }

    /** A name that no database has yet. */
    static String newName() {
        return "test_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
    }

    public static DatabaseBootstrap bootstrap() {
        return new DatabaseBootstrap(serverUrl(), "postgres", null);
    }

    /** A pool as the server's role. */
    public static HikariDataSource pool(String url, int size) {
        return DatabaseBootstrap.open(url, PASSWORD, size);
    }

    /** SQL as the superuser, to look where the server cannot. */
    public static JdbcClient superuser(String url) {
        return JdbcClient.create(superuserConnections(url));
    }

    /** Connections as the superuser. */
    public static DataSource superuserConnections(String url) {
        return new DriverManagerDataSource(url + "?currentSchema=metermint", "postgres", "");
    }

    static String url(String database) {
        return serverUrl() + "/" + database;
    }

    static String serverUrl() {
        String other = System.getProperty("metermint.postgres");
        if (other != null) {
            return other.equals("debian") ? Debian.POSTGRES.url() : other;
        }
        return "jdbc:postgresql://localhost:" + Holder.POSTGRES.getPort();
    }
}
