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

    private final DataDirectory directory;
    private final Database database;
    private final SecurityModule securityModule;
    private final Optional<ConfiguredModule> store;
    private final Vending vending;
    private final Utility utility;
    private final Optional<ClientSecret> firstCredential;
    private final int eventMonths;

    private final AtomicBoolean closed = new AtomicBoolean();

    private Installation(
            DataDirectory directory,
            Database database,
            SecurityModule securityModule,
            Optional<ConfiguredModule> store,
            Vending vending,
            Utility utility,
            Optional<ClientSecret> firstCredential,
            int eventMonths) {
        this.directory = directory;
        this.database = database;
        this.securityModule = securityModule;
        this.store = store;
        this.vending = vending;
        this.utility = utility;
        this.firstCredential = firstCredential;
        this.eventMonths = eventMonths;
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
            Optional<ClientSecret> credential = FirstClient.make(vending, utility);
            opened.keep();
            return new Installation(
                    directory,
                    database,
                    module,
                    store,
                    vending,
                    utility,
                    credential,
                    settings.number(Setting.DATABASE_EVENT_MONTHS));
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

    /**
     * A utility by its code; without one, that of the settings.
     *
     * @throws CommandFailure if there is none of that code
     */
    public Utility utility(Optional<String> code) {
        return code.map(wanted -> named(vending, wanted)).orElse(utility);
    }

    static Utility named(Vending vending, String code) {
        return vending.utilities()
                .byCode(code)
                .orElseThrow(() -> new CommandFailure(
                        "there is no utility '" + code + "' in this installation",
                        "metermint utility list shows them."));
    }

    /** The credential of the first client, if this very opening made it. Afterwards only its hash exists. */
    public Optional<ClientSecret> firstCredential() {
        return firstCredential;
    }

    /** How many whole months events are kept that every consumer has read. */
    int eventMonths() {
        return eventMonths;
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
