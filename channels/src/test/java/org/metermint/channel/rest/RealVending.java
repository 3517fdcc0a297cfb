package org.metermint.channel.rest;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.token.Rnd;
import org.metermint.vending.Vending;
import org.metermint.vending.database.TestDatabase;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientSecret;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Vending as it is, on a database and a software security module with the public test keys, and one client of it. */
final class RealVending implements AutoCloseable {
    final Vending vending;
    final ClientSecret secret;

    private final String url = TestDatabase.create();
    private final HikariDataSource pool;
    private final SoftwareSecurityModule module;

    RealVending() throws IOException, SecurityModuleException {
        pool = TestDatabase.pool(url, 10);
        Path directory = Files.createTempDirectory("metermint-module");
        Path keyFile = directory.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        module = SoftwareSecurityModule.open(
                directory.resolve("module"),
                KeyEncryptionKeySource.keyFile(keyFile),
                Clock.systemUTC(),
                () -> new Rnd(5));
        module.loadTestOnlyVendingKeys();
        vending = new Vending(pool, module, Clock.systemUTC(), new SecureRandom());
        Utility utility = vending.utilities()
                .register(
                        "test",
                        new UtilitySettings(
                                "Test Power",
                                "ZAR",
                                2,
                                ZoneId.of("Africa/Johannesburg"),
                                KeyChangePolicy.WITH_SALE,
                                500,
                                500_000));
        secret = vending.clients().create(utility.id(), "till-1", "corner-shop");
    }

    String credential() {
        return secret.clientId() + ":" + secret.secret();
    }

    /** A new client of the vendor "office". */
    String credential(String client, Role role) {
        UtilityId utility = vending.utilities().byCode("test").orElseThrow().id();
        ClientSecret made = vending.clients().create(utility, client, "office", role, Optional.empty());
        return made.clientId() + ":" + made.secret();
    }

    /** Throws the server out of its database, and keeps it out. */
    void takeDatabaseAway() {
        superuser().sql("ALTER ROLE metermint_server NOLOGIN").update();
        superuser()
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'metermint_server'")
                .query()
                .listOfRows();
    }

    void giveDatabaseBack() {
        superuser().sql("ALTER ROLE metermint_server LOGIN").update();
    }

    /** SQL as the superuser, to look where the server cannot. */
    JdbcClient superuser() {
        return TestDatabase.superuser(url);
    }

    @Override
    public void close() {
        vending.close();
        pool.close();
        module.close();
    }
}
