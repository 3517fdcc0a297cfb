package org.metermint.vending;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.metermint.secure.SecurityModule;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.customer.internal.JdbcCustomers;
import org.metermint.vending.database.Partitions;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.debt.Advances;
import org.metermint.vending.debt.DebtChanges;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.debt.internal.JdbcAdvances;
import org.metermint.vending.debt.internal.JdbcDebtChanges;
import org.metermint.vending.debt.internal.JdbcDebts;
import org.metermint.vending.effect.TariffEffects;
import org.metermint.vending.effect.internal.SalesEffects;
import org.metermint.vending.entitlement.Entitlements;
import org.metermint.vending.entitlement.internal.JdbcEntitlements;
import org.metermint.vending.imports.Imports;
import org.metermint.vending.imports.internal.RegisterImports;
import org.metermint.vending.ledger.ChartOfAccounts;
import org.metermint.vending.ledger.DailyClose;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.LedgerExport;
import org.metermint.vending.ledger.internal.Accounts;
import org.metermint.vending.ledger.internal.JdbcDailyClose;
import org.metermint.vending.ledger.internal.JdbcLedger;
import org.metermint.vending.ledger.internal.JdbcLedgerExport;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.meter.internal.JdbcMeters;
import org.metermint.vending.outbox.Outbox;
import org.metermint.vending.outbox.internal.JdbcOutbox;
import org.metermint.vending.payment.PaymentReversals;
import org.metermint.vending.payment.Payments;
import org.metermint.vending.payment.internal.JdbcPaymentReversals;
import org.metermint.vending.payment.internal.JdbcPayments;
import org.metermint.vending.receipt.Letterheads;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.receipt.internal.JdbcLetterheads;
import org.metermint.vending.receipt.internal.SaleReceipts;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.report.VendorDays;
import org.metermint.vending.report.internal.VendorDayCount;
import org.metermint.vending.sale.AfterSales;
import org.metermint.vending.sale.Quotes;
import org.metermint.vending.sale.Reversals;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.internal.BatchingSaleDesk;
import org.metermint.vending.sale.internal.JdbcAfterSales;
import org.metermint.vending.sale.internal.JdbcPastSales;
import org.metermint.vending.sale.internal.JdbcReversals;
import org.metermint.vending.sale.internal.TrialQuotes;
import org.metermint.vending.shift.Batches;
import org.metermint.vending.shift.Shifts;
import org.metermint.vending.shift.internal.JdbcBatches;
import org.metermint.vending.shift.internal.JdbcShifts;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.supply.internal.JdbcSupplyGroups;
import org.metermint.vending.tariff.RateDrafts;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.tariff.internal.JdbcRateDrafts;
import org.metermint.vending.tariff.internal.JdbcTariffDrafts;
import org.metermint.vending.tariff.internal.JdbcTariffs;
import org.metermint.vending.upkeep.PartitionUpkeep;
import org.metermint.vending.upkeep.RegularTasks;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.internal.JdbcUtilities;
import org.metermint.vending.vendor.Clients;
import org.metermint.vending.vendor.Floats;
import org.metermint.vending.vendor.Vendors;
import org.metermint.vending.vendor.internal.JdbcClients;
import org.metermint.vending.vendor.internal.JdbcFloats;
import org.metermint.vending.vendor.internal.JdbcVendors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that vending offers, wired to one database and one security module. */
public final class Vending implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Vending.class);

    /** How long a caller waits for a sale before it is told to ask again. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How long a request may stand in line and still be sold to: whoever waits longer has asked again by then. */
    private static final Duration LONGEST_LINE = Duration.ofSeconds(3);

    /** How many requests of a utility may stand in line. */
    private static final int PLACES = 2_048;

    private static final Duration RECOVERY_PERIOD = Duration.ofSeconds(10);

    /** A day is closed so long after its end, so that what was under way at midnight belongs to it. */
    private static final Duration CLOSE_DELAY = Duration.ofMinutes(2);

    private static final Duration CLOSE_PERIOD = Duration.ofMinutes(1);

    private static final Duration DAY = Duration.ofDays(1);

    /** Before a daily task that failed is tried again. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

    private final Utilities utilities;
    private final Clients clients;
    private final Vendors vendors;
    private final SupplyGroups supplyGroups;
    private final Tariffs tariffs;
    private final TariffDrafts tariffDrafts;
    private final RateDrafts rateDrafts;
    private final TariffEffects tariffEffects;
    private final Meters meters;
    private final Customers customers;
    private final Imports imports;
    private final Accounts chart;
    private final Ledger ledger;
    private final DailyClose dailyClose;
    private final LedgerExport ledgerExport;
    private final VendorDayCount vendorDays;
    private final JdbcOutbox outbox;
    private final Debts debts;
    private final DebtChanges debtChanges;
    private final Advances advances;
    private final Payments payments;
    private final PaymentReversals paymentReversals;
    private final Entitlements entitlements;
    private final Floats floats;
    private final Shifts shifts;
    private final Batches batches;
    private final BatchingSaleDesk saleDesk;
    private final Quotes quotes;
    private final AfterSales afterSales;
    private final Reversals reversals;
    private final Letterheads letterheads;
    private final Receipts receipts;
    private final Partitions partitions;
    private final RegularTasks upkeep;
    private final ScheduledExecutorService recovery = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("recovery").factory());
    private final ScheduledExecutorService closing = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("daily-close").factory());
    private final Clock clock;

    /**
     * Vending over a prepared database.
     *
     * @param server connections as the server's role, as {@code DatabaseBootstrap.open} gives them
     * @param module stays open when this closes, and so do the connections
     */
    public Vending(DataSource server, SecurityModule module, Clock clock, SecureRandom random) {
        UtilityTransactions transactions = new UtilityTransactions(server);
        this.utilities = new JdbcUtilities(transactions, clock);
        this.clients = new JdbcClients(transactions, clock, random);
        this.vendors = new JdbcVendors(transactions, clock);
        this.supplyGroups = new JdbcSupplyGroups(transactions);
        JdbcTariffs versions = new JdbcTariffs(transactions, utilities);
        this.tariffs = versions;
        this.tariffDrafts = new JdbcTariffDrafts(transactions, versions, clock);
        this.rateDrafts = new JdbcRateDrafts(transactions, versions, clock);
        this.tariffEffects = new SalesEffects(new JdbcPastSales(transactions, tariffs), tariffs, utilities);
        this.meters = new JdbcMeters(transactions, supplyGroups);
        this.customers = new JdbcCustomers(transactions, supplyGroups, meters, tariffs, clock);
        this.entitlements = new JdbcEntitlements(transactions, utilities, clock);
        this.chart = new Accounts(transactions);
        this.ledger = new JdbcLedger(transactions, chart, random);
        this.dailyClose = new JdbcDailyClose(transactions, clock);
        this.ledgerExport = new JdbcLedgerExport(transactions, utilities);
        this.vendorDays = new VendorDayCount(transactions);
        this.outbox = new JdbcOutbox(transactions, utilities::all, List.of(vendorDays), clock);
        this.debts = new JdbcDebts(transactions, ledger, clock);
        this.debtChanges = new JdbcDebtChanges(transactions, ledger, clock);
        this.advances = new JdbcAdvances(transactions, utilities, tariffs, debts, clock);
        this.imports =
                new RegisterImports(transactions, utilities, customers, meters, debts, module, entitlements, clock);
        this.payments = new JdbcPayments(transactions, utilities, vendors, ledger, clock);
        this.paymentReversals = new JdbcPaymentReversals(transactions, utilities, ledger, clock);
        this.floats = new JdbcFloats(transactions, utilities, vendors, ledger, ledger::nextId, clock);
        this.shifts = new JdbcShifts(transactions, vendors, clients, ledger, ledger::nextId, clock);
        this.batches = new JdbcBatches(transactions, vendors, ledger, ledger::nextId, clock);
        this.saleDesk = new BatchingSaleDesk(
                server,
                transactions,
                utilities,
                supplyGroups,
                tariffs,
                vendors,
                ledger,
                outbox::wake,
                module,
                clock,
                random,
                PATIENCE,
                LONGEST_LINE,
                PLACES);
        this.reversals = new JdbcReversals(transactions, saleDesk, ledger, outbox, clock);
        this.quotes = new TrialQuotes(saleDesk, transactions);
        this.afterSales = new JdbcAfterSales(transactions, saleDesk, customers, utilities, clock);
        this.letterheads = new JdbcLetterheads(transactions, clock);
        this.receipts = new SaleReceipts(utilities, letterheads, vendors, customers, saleDesk);
        this.partitions = new Partitions(transactions);
        this.clock = clock;
        this.upkeep = new RegularTasks(utilities::all, FIRST_PAUSE);
    }

    /** Starts recovery: at once, and then periodically, open reservations of every utility are carried to their end. */
    @SuppressWarnings("FutureReturnValueIgnored") // each round reports its own failures, and the executor ends it
    public void startRecovery() {
        recovery.scheduleWithFixedDelay(this::recover, 0, RECOVERY_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One round of recovery over all utilities; what goes wrong with one does not keep it from the others. */
    private void recover() {
        try {
            RegularTasks.forEachUtility("recovery", utilities.all(), this::recover);
        } catch (RegularTasks.IncompleteException told) {
            LOG.debug("recovery tries again", told);
        } catch (RefusedException e) {
            LOG.warn("recovery waits: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("recovery failed and tries again", e);
        }
    }

    /** Starts to hand events to those who act on them. */
    public void startOutbox() {
        outbox.start();
    }

    /** Starts to close the books of every utility by itself: at once, and then after each day. */
    @SuppressWarnings("FutureReturnValueIgnored") // each round reports its own failures, and the executor ends it
    public void startDailyClose() {
        closing.scheduleWithFixedDelay(this::closeDays, 0, CLOSE_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One round of closing over all utilities; the failure of one does not hold up the others. */
    private void closeDays() {
        try {
            utilities.all().forEach(this::closeDays);
        } catch (RefusedException e) {
            LOG.warn("closing waits: {}", e.getMessage());
        }
    }

    private void closeDays(UtilityId utility) {
        try {
            dailyClose
                    .close(utility, clock.instant().minus(CLOSE_DELAY))
                    .forEach(day -> LOG.info("utility {}: {} is closed", utility.value(), day.day()));
        } catch (RefusedException e) {
            LOG.warn("utility {}: closing waits: {}", utility.value(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("utility {}: closing a day failed and is tried again", utility.value(), e);
        }
    }

    private void recover(UtilityId utility) {
        int open = saleDesk.recover(utility);
        if (open > 0) {
            LOG.warn("utility {}: {} sales wait for the security module", utility.value(), open);
        }
    }

    /**
     * Starts what the installation does for itself: at once, and then daily.
     *
     * @param eventMonths how many whole months events are kept once every consumer has read them, 1 or more
     */
    public void startUpkeep(int eventMonths) {
        upkeep.every(DAY, "upkeep of partitions", new PartitionUpkeep(partitions, clock, eventMonths));
    }

    public Utilities utilities() {
        return utilities;
    }

    public Clients clients() {
        return clients;
    }

    public Vendors vendors() {
        return vendors;
    }

    public Debts debts() {
        return debts;
    }

    public Advances advances() {
        return advances;
    }

    public DebtChanges debtChanges() {
        return debtChanges;
    }

    public Payments payments() {
        return payments;
    }

    public PaymentReversals paymentReversals() {
        return paymentReversals;
    }

    public Entitlements entitlements() {
        return entitlements;
    }

    public Floats floats() {
        return floats;
    }

    public Shifts shifts() {
        return shifts;
    }

    public Batches batches() {
        return batches;
    }

    public SupplyGroups supplyGroups() {
        return supplyGroups;
    }

    public Tariffs tariffs() {
        return tariffs;
    }

    public TariffDrafts tariffDrafts() {
        return tariffDrafts;
    }

    public RateDrafts rateDrafts() {
        return rateDrafts;
    }

    public TariffEffects tariffEffects() {
        return tariffEffects;
    }

    public Meters meters() {
        return meters;
    }

    public Customers customers() {
        return customers;
    }

    public Imports imports() {
        return imports;
    }

    public SaleDesk saleDesk() {
        return saleDesk;
    }

    public Reversals reversals() {
        return reversals;
    }

    public Quotes quotes() {
        return quotes;
    }

    public AfterSales afterSales() {
        return afterSales;
    }

    public Letterheads letterheads() {
        return letterheads;
    }

    public Receipts receipts() {
        return receipts;
    }

    public Ledger ledger() {
        return ledger;
    }

    public ChartOfAccounts chart() {
        return chart;
    }

    public DailyClose dailyClose() {
        return dailyClose;
    }

    public LedgerExport ledgerExport() {
        return ledgerExport;
    }

    public Outbox outbox() {
        return outbox;
    }

    public VendorDays vendorDays() {
        return vendorDays;
    }

    public Partitions partitions() {
        return partitions;
    }

    /** Takes no more sales, waits for those under way, and ends recovery, closing and handing over. */
    @Override
    public void close() {
        upkeep.close();
        recovery.close();
        closing.close();
        outbox.close();
        saleDesk.close();
    }
}
