package org.metermint.app.server;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.metermint.app.CommandFailure;
import org.metermint.app.database.DataDirectory;
import org.metermint.app.database.Database;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.vending.Vending;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.utility.Utility;

/** The books of an installation, to be read while its server runs, or without one. */
public final class Books implements AutoCloseable {

    private final Vending vending;
    private final Utility utility;
    private final Opening opened;

    private Books(Vending vending, Utility utility, Opening opened) {
        this.vending = vending;
        this.utility = utility;
        this.opened = opened;
    }

    /**
     * Opens the books.
     *
     * @throws CommandFailure if there is no such installation or utility, or its database does not answer
     */
    public static Books open(Settings settings, Path data) {
        Opening opened = new Opening();
        try {
            if (!DataDirectory.isInUse(data)) {
                Installation installation = opened.add(Installation.open(settings, data));
                return new Books(installation.vending(), installation.utility(), opened);
            }
            Database database = opened.add(Database.attach(settings, data));
            Vending vending =
                    opened.add(new Vending(database.pool(), new AbsentModule(), Clock.systemUTC(), new SecureRandom()));
            String code = settings.text(Setting.UTILITY_CODE);
            Utility utility = vending.utilities()
                    .byCode(code)
                    .orElseThrow(() -> new CommandFailure(
                            "the server on " + data + " has no utility '" + code + "'",
                            "Name the server's configuration file with --config."));
            return new Books(vending, utility, opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    public Ledger ledger() {
        return vending.ledger();
    }

    public Utility utility() {
        return utility;
    }

    @Override
    public void close() {
        opened.close();
    }
}
