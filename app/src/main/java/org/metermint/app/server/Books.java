package org.metermint.app.server;

import java.nio.file.Path;
import org.metermint.app.settings.Settings;
import org.metermint.vending.ledger.ChartOfAccounts;
import org.metermint.vending.ledger.DailyClose;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.LedgerExport;
import org.metermint.vending.outbox.Outbox;
import org.metermint.vending.utility.Utility;

/** The books of an installation, to be read and closed while its server runs, or without one. */
public final class Books implements AutoCloseable {

    private final Registers registers;

    private Books(Registers registers) {
        this.registers = registers;
    }

    /**
     * Opens the books.
     *
     * @throws org.metermint.app.CommandFailure if there is no such installation or utility, or its database does not answer
     */
    public static Books open(Settings settings, Path data) {
        return new Books(Registers.open(settings, data));
    }

    public Ledger ledger() {
        return registers.vending().ledger();
    }

    public DailyClose dailyClose() {
        return registers.vending().dailyClose();
    }

    public ChartOfAccounts chart() {
        return registers.vending().chart();
    }

    public LedgerExport export() {
        return registers.vending().ledgerExport();
    }

    public Outbox outbox() {
        return registers.vending().outbox();
    }

    public Utility utility() {
        return registers.utility();
    }

    @Override
    public void close() {
        registers.close();
    }
}
