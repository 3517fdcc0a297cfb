package org.metermint.app.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.vending.Vending;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.database.Partitions;
import org.metermint.vending.debt.Advances;
import org.metermint.vending.debt.DebtChanges;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.entitlement.Entitlements;
import org.metermint.vending.imports.Imports;
import org.metermint.vending.ledger.ChartOfAccounts;
import org.metermint.vending.ledger.DailyClose;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.meter.Meters;
import org.metermint.vending.payment.PaymentReversals;
import org.metermint.vending.payment.Payments;
import org.metermint.vending.receipt.Letterheads;
import org.metermint.vending.receipt.Receipts;
import org.metermint.vending.sale.AfterSales;
import org.metermint.vending.sale.Quotes;
import org.metermint.vending.sale.Reversals;
import org.metermint.vending.sale.SaleDesk;
import org.metermint.vending.shift.Batches;
import org.metermint.vending.shift.Shifts;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.tariff.RateDrafts;
import org.metermint.vending.tariff.TariffDrafts;
import org.metermint.vending.tariff.Tariffs;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.Clients;
import org.metermint.vending.vendor.Floats;
import org.metermint.vending.vendor.Vendors;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the channels find in the server: each part of vending by its interface. The installation comes from outside
 * ({@link Server}); Spring serves HTTP with it and knows nothing of its making.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan("org.metermint.channel")
class ServerConfiguration {

    @Bean(destroyMethod = "")
    Vending vending(Installation installation) {
        installation.vending().startRecovery();
        installation.vending().startDailyClose();
        installation.vending().startOutbox();
        installation.vending().startUpkeep(installation.eventMonths());
        return installation.vending();
    }

    @Bean(destroyMethod = "")
    SecurityModule securityModule(Installation installation) {
        return installation.securityModule();
    }

    @Bean
    Utilities utilities(Vending vending) {
        return vending.utilities();
    }

    @Bean
    Clients clients(Vending vending) {
        return vending.clients();
    }

    @Bean
    Vendors vendors(Vending vending) {
        return vending.vendors();
    }

    @Bean
    Debts debts(Vending vending) {
        return vending.debts();
    }

    @Bean
    Payments payments(Vending vending) {
        return vending.payments();
    }

    @Bean
    PaymentReversals paymentReversals(Vending vending) {
        return vending.paymentReversals();
    }

    @Bean
    Advances advances(Vending vending) {
        return vending.advances();
    }

    @Bean
    DebtChanges debtChanges(Vending vending) {
        return vending.debtChanges();
    }

    @Bean
    Entitlements entitlements(Vending vending) {
        return vending.entitlements();
    }

    @Bean
    Floats floats(Vending vending) {
        return vending.floats();
    }

    @Bean
    Shifts shifts(Vending vending) {
        return vending.shifts();
    }

    @Bean
    Batches batches(Vending vending) {
        return vending.batches();
    }

    @Bean
    SupplyGroups supplyGroups(Vending vending) {
        return vending.supplyGroups();
    }

    @Bean
    Tariffs tariffs(Vending vending) {
        return vending.tariffs();
    }

    @Bean
    RateDrafts rateDrafts(Vending vending) {
        return vending.rateDrafts();
    }

    @Bean
    TariffDrafts tariffDrafts(Vending vending) {
        return vending.tariffDrafts();
    }

    @Bean
    Meters meters(Vending vending) {
        return vending.meters();
    }

    @Bean
    Customers customers(Vending vending) {
        return vending.customers();
    }

    @Bean
    Imports imports(Vending vending) {
        return vending.imports();
    }

    @Bean
    SaleDesk saleDesk(Vending vending) {
        return vending.saleDesk();
    }

    @Bean
    Quotes quotes(Vending vending) {
        return vending.quotes();
    }

    @Bean
    AfterSales afterSales(Vending vending) {
        return vending.afterSales();
    }

    @Bean
    Reversals reversals(Vending vending) {
        return vending.reversals();
    }

    @Bean
    Letterheads letterheads(Vending vending) {
        return vending.letterheads();
    }

    @Bean
    Receipts receipts(Vending vending) {
        return vending.receipts();
    }

    @Bean
    Ledger ledger(Vending vending) {
        return vending.ledger();
    }

    @Bean
    ChartOfAccounts chartOfAccounts(Vending vending) {
        return vending.chart();
    }

    @Bean
    DailyClose dailyClose(Vending vending) {
        return vending.dailyClose();
    }

    @Bean
    OutboxMeasures outboxMeasures(Vending vending) {
        return new OutboxMeasures(vending.utilities(), vending.outbox());
    }

    /** Down while the database does not answer: a load balancer then sends the tills elsewhere. */
    @Bean
    HealthIndicator databaseHealthIndicator(Installation installation) {
        JdbcClient sql = JdbcClient.create(installation.database().pool());
        return () -> {
            sql.sql("SELECT 1").query(Integer.class).single();
            return Health.up().build();
        };
    }

    /** The furthest month with partitions. Without one for this month sales go on, into the default partition. */
    @Bean
    HealthIndicator partitionsHealthIndicator(Vending vending) {
        return () -> Health.up()
                .withDetail(
                        "furthest",
                        Partitions.furthest(vending.partitions().all())
                                .map(YearMonth::toString)
                                .orElse("none"))
                .build();
    }

    /** The same for the metrics: months ahead of this one, and octets of rows whose month had no partition. */
    @Bean
    MeterBinder partitionMeasures(Vending vending) {
        return registry -> {
            Gauge.builder("metermint.partitions.months.ahead", vending, ServerConfiguration::monthsAhead)
                    .description("Whole months after this one that every table has a partition for.")
                    .register(registry);
            Gauge.builder("metermint.partitions.strays", vending, ServerConfiguration::strays)
                    .description("Default partitions that rows are in.")
                    .register(registry);
        };
    }

    private static double monthsAhead(Vending vending) {
        YearMonth now = YearMonth.now(ZoneOffset.UTC);
        return Partitions.furthest(vending.partitions().all())
                .map(furthest -> ChronoUnit.MONTHS.between(now, furthest))
                .orElse(-1L);
    }

    private static double strays(Vending vending) {
        return vending.partitions().all().stream()
                .filter(partition -> partition.month().isEmpty() && partition.used())
                .count();
    }

    @Bean
    HealthIndicator securityModuleHealthIndicator(SecurityModule module) {
        return () -> {
            ModuleStatus status = module.status();
            return (status.ready() ? Health.up() : Health.down())
                    .withDetail("alerts", status.alerts())
                    .build();
        };
    }
}
