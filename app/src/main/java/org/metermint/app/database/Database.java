package org.metermint.app.database;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.metermint.app.CommandFailure;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.vending.database.DatabaseBootstrap;
import org.metermint.vending.database.UnfitDatabaseException;
import org.springframework.dao.DataAccessException;

/**
 * The database of an installation, prepared and open: the embedded one or that of {@code database.url}. Both are used
 * in the same way, as the role that owns nothing.
 */
public final class Database implements AutoCloseable {

    private static final String NAME = "metermint";
    private static final String SERVER_PASSWORD_FILE = "database-server.password";
    private static final int CONNECTIONS = 16;
    private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?@]+)/([a-z][a-z0-9_]{0,62})");

    private final HikariDataSource pool;
    private final Optional<EmbeddedDatabase> embedded;

    private Database(HikariDataSource pool, Optional<EmbeddedDatabase> embedded) {
        this.pool = pool;
        this.embedded = embedded;
    }

    /**
     * Starts or reaches the database, brings roles and schema up to date, and opens it.
     *
     * @throws CommandFailure saying what is in the way and the remedy
     */
    public static Database open(Settings settings, DataDirectory directory) {
        String password = secret(directory, SERVER_PASSWORD_FILE);
        String url = settings.text(Setting.DATABASE_URL);
        if (!url.isEmpty()) {
            Matcher parts = URL.matcher(url);
            if (!parts.matches()) {
                throw new CommandFailure(
                        "the database URL is not of the form jdbc:postgresql://host:port/database",
                        "Name the database with a-z, 0-9 and '_', and leave options away: user and password belong into"
                                + " database.user and database.password-file.");
            }
            String admin = settings.path(Setting.DATABASE_PASSWORD_FILE)
                    .map(Database::read)
                    .orElse("");
            HikariDataSource pool =
                    prepare(parts.group(1), parts.group(2), settings.text(Setting.DATABASE_USER), admin, password);
            return new Database(pool, Optional.empty());
        }
        EmbeddedDatabase embedded = EmbeddedDatabase.start(directory);
        try {
            HikariDataSource pool =
                    prepare(embedded.server(), NAME, embedded.superuser(), embedded.superuserPassword(), password);
            return new Database(pool, Optional.of(embedded));
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    /**
     * Reaches the database that another process of the installation runs or has prepared, to read from it.
     *
     * @throws CommandFailure if it does not answer
     */
    public static Database attach(Settings settings, Path data) {
        String url = settings.text(Setting.DATABASE_URL);
        if (url.isEmpty()) {
            url = "jdbc:postgresql://127.0.0.1:" + read(data.resolve(EmbeddedDatabase.PORT_FILE)) + "/" + NAME;
        }
        try {
            return new Database(
                    DatabaseBootstrap.open(url, read(data.resolve(SERVER_PASSWORD_FILE)), 2), Optional.empty());
        } catch (UnfitDatabaseException | DataAccessException e) {
            throw new CommandFailure(
                    "the database of the running server does not answer: " + e.getMessage(), "Try again.", e);
        }
    }

    public DataSource pool() {
        return pool;
    }

    /** The embedded database, unless an outer one is used. */
    public Optional<EmbeddedDatabase> embedded() {
        return embedded;
    }

    @Override
    public void close() {
        pool.close();
        embedded.ifPresent(EmbeddedDatabase::close);
    }

    private static HikariDataSource prepare(
            String server, String database, String admin, String adminPassword, String password) {
        try {
            new DatabaseBootstrap(server, admin, adminPassword).prepare(database, password);
            HikariDataSource pool = DatabaseBootstrap.open(server + "/" + database, password, CONNECTIONS);
            try {
                DatabaseBootstrap.checkDurable(pool);
                return pool;
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (UnfitDatabaseException e) {
            throw new CommandFailure("the database does not fit: " + e.getMessage(), "Correct it and start again.", e);
        } catch (DataAccessException e) {
            throw new CommandFailure(
                    "the database at " + server + " does not answer as it should: "
                            + e.getMostSpecificCause().getMessage(),
                    "Check that it runs, and that database.user and database.password-file are right.",
                    e);
        }
    }

    /** A random secret that lives in the data directory, made when it is first asked for. */
    static String secret(DataDirectory directory, String file) {
        if (!Files.exists(directory.resolve(file))) {
            byte[] secret = new byte[24];
            new SecureRandom().nextBytes(secret);
            directory.writePrivate(file, HexFormat.of().formatHex(secret) + "\n");
        }
        return read(directory.resolve(file));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read the password file " + file + ": " + e.getMessage(),
                    "Check that it exists and that the user of this process may read it.",
                    e);
        }
    }
}
