package org.metermint.app.server;

import org.metermint.vending.ledger.ChartOfAccounts;
import org.metermint.vending.ledger.DailyClose;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.LedgerExport;
import org.metermint.vending.outbox.Outbox;
import org.metermint.vending.utility.Utility;

/** The books of an installation, to be read and closed while its server runs, or without one. */
public final class Books implements AutoCloseable {

    private final Registers registers;

    /** Takes registers over, and closes them with itself. */
    public Books(Registers registers) {
        this.registers = registers;
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
