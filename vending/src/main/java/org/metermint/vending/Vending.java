package org.metermint.vending;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.metermint.secure.SecurityModule;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.customer.internal.JdbcCustomers;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.imports.Imports;
import org.metermint.vending.imports.internal.RegisterImports;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.ledger.internal.JdbcLedger;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.meter.internal.JdbcMeters;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.receipt.internal.SaleReceipts;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.sale.internal.ThreeStepSaleDesk;
import org.metermint.vending.shift.Batches;
import org.metermint.vending.shift.Shifts;
import org.metermint.vending.shift.internal.JdbcBatches;
import org.metermint.vending.shift.internal.JdbcShifts;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.supply.internal.JdbcSupplyGroups;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.tariff.internal.JdbcTariffs;
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

    /** How many requests may be under way at once. */
    private static final int PLACES = 1_024;

    private static final Duration RECOVERY_PERIOD = Duration.ofSeconds(10);

    private final Utilities utilities;
    private final Clients clients;
    private final Vendors vendors;
    private final SupplyGroups supplyGroups;
    private final Tariffs tariffs;
    private final Meters meters;
    private final Customers customers;
    private final Imports imports;
    private final Ledger ledger;
    private final Floats floats;
    private final Shifts shifts;
    private final Batches batches;
    private final ThreeStepSaleDesk saleDesk;
    private final Receipts receipts;
    private final ScheduledExecutorService recovery = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("recovery").factory());

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
        this.tariffs = new JdbcTariffs(transactions, utilities);
        this.meters = new JdbcMeters(transactions, supplyGroups);
        this.customers = new JdbcCustomers(transactions, supplyGroups, meters, tariffs);
        this.imports = new RegisterImports(transactions, utilities, customers, meters, module, clock);
        this.ledger = new JdbcLedger(transactions);
        BiFunction<UtilityId, Instant, UUID> entryIds = (utility, at) -> entryId(at, random);
        this.floats = new JdbcFloats(transactions, utilities, vendors, ledger, entryIds, clock);
        this.shifts = new JdbcShifts(transactions, vendors, clients, ledger, entryIds, clock);
        this.batches = new JdbcBatches(transactions, vendors, ledger, entryIds, clock);
        this.saleDesk = new ThreeStepSaleDesk(
                transactions, utilities, supplyGroups, tariffs, ledger, module, clock, random, PATIENCE, PLACES);
        this.receipts = new SaleReceipts(utilities, customers, saleDesk);
    }

    /** An id that begins with the time (RFC 9562, version 7). */
    private static UUID entryId(Instant at, SecureRandom random) {
        return new UUID(
                (at.toEpochMilli() << 16) | 0x7000 | (random.nextLong() & 0x0FFF),
                (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
    }

    /** Starts recovery: at once, and then periodically, open reservations of every utility are carried to their end. */
    @SuppressWarnings("FutureReturnValueIgnored") // each round reports its own failures, and the executor ends it
    public void startRecovery() {
        recovery.scheduleWithFixedDelay(this::recover, 0, RECOVERY_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One round of recovery over all utilities. */
    private void recover() {
        try {
            for (UtilityId utility : utilities.all()) {
                int open = saleDesk.recover(utility);
                if (open > 0) {
                    LOG.warn("utility {}: {} sales wait for the security module", utility.value(), open);
                }
            }
        } catch (RefusedException e) {
            LOG.warn("recovery waits: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("recovery failed and tries again", e);
        }
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

    public Receipts receipts() {
        return receipts;
    }

    public Ledger ledger() {
        return ledger;
    }

    /** Takes no more sales, waits for those under way, and ends recovery. */
    @Override
    public void close() {
        recovery.close();
        saleDesk.close();
    }
}
