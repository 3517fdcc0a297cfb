package org.metermint.app.server;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.metermint.app.CommandFailure;
import org.metermint.app.database.DataDirectory;
import org.metermint.app.database.Database;
import org.metermint.app.key.RunningKeys;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.vending.Vending;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.utility.Utility;

/** The database of an installation, to be worked on while its server runs, or without one. Nothing can be issued. */
public final class Registers implements AutoCloseable {

    private final Path data;
    private final Database database;
    private final Vending vending;
    private final Utility utility;
    private final Optional<Installation> installation;
    private final Opening opened;

    private Registers(
            Path data,
            Database database,
            Vending vending,
            Utility utility,
            Optional<Installation> installation,
            Opening opened) {
        this.data = data;
        this.database = database;
        this.vending = vending;
        this.utility = utility;
        this.installation = installation;
        this.opened = opened;
    }

    /**
     * Opens the registers.
     *
     * @param code of the utility that the work is about; that of the settings if there is none
     * @throws CommandFailure if there is no such installation or utility, or its database does not answer
     */
    public static Registers open(Settings settings, Path data, Optional<String> code) {
        Opening opened = new Opening();
        try {
            if (!DataDirectory.isInUse(data)) {
                Installation installation = opened.add(Installation.open(settings, data));
                return new Registers(
                        data,
                        installation.database(),
                        installation.vending(),
                        installation.utility(code),
                        Optional.of(installation),
                        opened);
            }
            Database database = opened.add(Database.attach(settings, data));
            Vending vending =
                    opened.add(new Vending(database.pool(), new AbsentModule(), Clock.systemUTC(), new SecureRandom()));
            String ofSettings = settings.text(Setting.UTILITY_CODE);
            Utility utility = code.isPresent()
                    ? Installation.named(vending, code.get())
                    : vending.utilities()
                            .byCode(ofSettings)
                            .orElseThrow(() -> new CommandFailure(
                                    "the server on " + data + " has no utility '" + ofSettings + "'",
                                    "Name the server's configuration file with --config."));
            return new Registers(data, database, vending, utility, Optional.empty(), opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    public Vending vending() {
        return vending;
    }

    /** The utility that the work is about. */
    public Utility utility() {
        return utility;
    }

    /** The installation, unless a running server has it. */
    public Optional<Installation> installation() {
        return installation;
    }

    /** Units of work on the database, as the role that owns nothing. */
    public UtilityTransactions transactions() {
        return new UtilityTransactions(database.pool());
    }

    /**
     * Whether none of the vending keys is a real one: the keys of the security module that this process has open, or of
     * the server's. Of a running server with a module elsewhere nothing is known, and the answer is no.
     */
    public boolean hasOnlyTestKeys() {
        if (installation.isEmpty()) {
            return RunningKeys.areOnlyTestKeys(data);
        }
        try {
            List<VendingKeyInfo> keys = installation.get().securityModule().vendingKeys();
            return keys.stream().allMatch(VendingKeyInfo::testOnly);
        } catch (SecurityModuleException e) {
            throw new CommandFailure(
                    "the security module does not tell its keys: " + e.getMessage(), "Look at metermint key list.", e);
        }
    }

    @Override
    public void close() {
        opened.close();
    }
}
