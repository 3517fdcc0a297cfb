package org.metermint.app.server;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.metermint.app.CommandFailure;
import org.metermint.app.database.DataDirectory;
import org.metermint.app.database.Database;
import org.metermint.app.key.ConfiguredModule;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.vending.Vending;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.vendor.ClientSecret;

/**
 * An installation at work: its data directory locked, its database and its security module open, and vending on top of
 * the two. The server and the commands that work without one share it.
 */
public final class Installation implements AutoCloseable {

    /** The client that the first start makes, and the vendor that it sells for. */
    static final String FIRST_CLIENT = "till-1";

    static final String FIRST_VENDOR = "till";

    private final DataDirectory directory;
    private final Database database;
    private final SecurityModule securityModule;
    private final Optional<ConfiguredModule> store;
    private final Vending vending;
    private final Utility utility;
    private final Optional<ClientSecret> firstCredential;

    private final AtomicBoolean closed = new AtomicBoolean();

    private Installation(
            DataDirectory directory,
            Database database,
            SecurityModule securityModule,
            Optional<ConfiguredModule> store,
            Vending vending,
            Utility utility,
            Optional<ClientSecret> firstCredential) {
        this.directory = directory;
        this.database = database;
        this.securityModule = securityModule;
        this.store = store;
        this.vending = vending;
        this.utility = utility;
        this.firstCredential = firstCredential;
    }

    /**
     * Opens an installation, and makes it what it should be first: data directory, database, utility and first client
     * come into being if they are not there.
     *
     * @throws CommandFailure saying what is in the way and the remedy
     */
    public static Installation open(Settings settings, Path data) {
        try (Opening opened = new Opening()) {
            DataDirectory directory = opened.add(DataDirectory.open(data));
            Database database = opened.add(Database.open(settings, directory));
            boolean elsewhere = settings.text(Setting.SECURITY_MODULE).equals(Setting.NETWORK);
            Optional<ConfiguredModule> store = elsewhere
                    ? Optional.empty()
                    : Optional.of(opened.add(ConfiguredModule.open(settings, directory.path())));
            store.ifPresent(ConfiguredModule::withControl);
            SecurityModule module =
                    store.isPresent() ? store.get().module() : opened.add(NetworkedModule.open(settings));
            Vending vending = opened.add(new Vending(database.pool(), module, Clock.systemUTC(), new SecureRandom()));
            String code = settings.text(Setting.UTILITY_CODE);
            Optional<Utility> existing = vending.utilities().byCode(code);
            Utility utility = existing.isPresent()
                    ? vending.utilities().change(existing.get().id(), settings.utility())
                    : vending.utilities().register(code, settings.utility());
            Optional<ClientSecret> credential = existing.isPresent()
                    ? Optional.empty()
                    : Optional.of(vending.clients().create(utility.id(), code + "." + FIRST_CLIENT, FIRST_VENDOR));
            opened.keep();
            return new Installation(directory, database, module, store, vending, utility, credential);
        }
    }

    public DataDirectory directory() {
        return directory;
    }

    public Database database() {
        return database;
    }

    public SecurityModule securityModule() {
        return securityModule;
    }

    /**
     * The module with the door through which keys are put in, if it is in this process; a module on the network has its
     * door there.
     */
    public Optional<SoftwareSecurityModule> softwareSecurityModule() {
        return store.map(ConfiguredModule::module);
    }

    public Vending vending() {
        return vending;
    }

    /** The utility that the settings name. */
    public Utility utility() {
        return utility;
    }

    /** The credential of the first client, if this very opening made it. Afterwards only its hash exists. */
    public Optional<ClientSecret> firstCredential() {
        return firstCredential;
    }

    /** Closes everything, last opened first; closing again does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        vending.close();
        store.ifPresentOrElse(ConfiguredModule::close, securityModule::close);
        database.close();
        directory.close();
    }
}
