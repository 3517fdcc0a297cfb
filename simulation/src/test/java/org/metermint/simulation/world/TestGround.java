package org.metermint.simulation.world;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.token.Rnd;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.vending.database.TestDatabase;

/** A fresh database of the tests' PostgreSQL, and a module in a directory of its own. */
final class TestGround implements Ground, AutoCloseable {
    private static final int CONNECTIONS = 6;

    /** A world takes months of its own time, and compares with what the module issued at the beginning. */
    private static final Duration RETENTION = Duration.ofDays(3_650);

    private final String url = TestDatabase.create();
    private final HikariDataSource superuser = new HikariDataSource();
    private final Path directory;

    TestGround(Path parent) {
        superuser.setJdbcUrl(url);
        superuser.setUsername("postgres");
        superuser.setPassword("");
        superuser.setMaximumPoolSize(2);
        try {
            directory = Files.createTempDirectory(parent, "module");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DataSource connections() {
        HikariDataSource pool = TestDatabase.pool(url, CONNECTIONS);
        pool.setMinimumIdle(1); // a server lives for some steps only, and opens what it needs
        return pool;
    }

    @Override
    public DataSource superuser() {
        return superuser;
    }

    @Override
    public SecurityModule openModule(Clock clock) throws SecurityModuleException {
        try {
            Path keyFile = directory.resolve("kek");
            KeyEncryptionKeySource.createKeyFile(keyFile);
            SoftwareSecurityModule module = SoftwareSecurityModule.open(
                    directory.resolve("module"),
                    KeyEncryptionKeySource.keyFile(keyFile),
                    clock,
                    () -> new Rnd(5),
                    Ea07Tables.sample(),
                    new RecordSettings(RecordSettings.MAX_SEGMENT_OCTETS, RETENTION));
            module.loadTestOnlyVendingKeys();
            return module;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        superuser.close();
    }
}
