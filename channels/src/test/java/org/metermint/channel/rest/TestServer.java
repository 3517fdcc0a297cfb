package org.metermint.channel.rest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.metermint.vending.Vending;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.debt.Advances;
import org.metermint.vending.debt.DebtChanges;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.entitlement.Entitlements;
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
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The REST interface on a port of its own, before a vending that the test brings; and a client of it. */
final class TestServer implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.shared();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;
    private final String credential;

    /** The parts of vending that the interface asks its server for. */
    record Parts(
            Utilities utilities,
            Clients clients,
            Vendors vendors,
            Debts debts,
            DebtChanges debtChanges,
            Advances advances,
            Payments payments,
            PaymentReversals paymentReversals,
            Entitlements entitlements,
            Floats floats,
            Shifts shifts,
            Batches batches,
            Ledger ledger,
            ChartOfAccounts chart,
            DailyClose dailyClose,
            SupplyGroups supplyGroups,
            Tariffs tariffs,
            TariffDrafts tariffDrafts,
            RateDrafts rateDrafts,
            Meters meters,
            Customers customers,
            SaleDesk saleDesk,
            Quotes quotes,
            AfterSales afterSales,
            Reversals reversals,
            Letterheads letterheads,
            Receipts receipts) {
        static Parts of(Vending vending) {
            return new Parts(
                    vending.utilities(),
                    vending.clients(),
                    vending.vendors(),
                    vending.debts(),
                    vending.debtChanges(),
                    vending.advances(),
                    vending.payments(),
                    vending.paymentReversals(),
                    vending.entitlements(),
                    vending.floats(),
                    vending.shifts(),
                    vending.batches(),
                    vending.ledger(),
                    vending.chart(),
                    vending.dailyClose(),
                    vending.supplyGroups(),
                    vending.tariffs(),
                    vending.tariffDrafts(),
                    vending.rateDrafts(),
                    vending.meters(),
                    vending.customers(),
                    vending.saleDesk(),
                    vending.quotes(),
                    vending.afterSales(),
                    vending.reversals(),
                    vending.letterheads(),
                    vending.receipts());
        }

        private void register(GenericApplicationContext context) {
            context.registerBean(Utilities.class, () -> utilities);
            context.registerBean(Clients.class, () -> clients);
            context.registerBean(Vendors.class, () -> vendors);
            context.registerBean(Debts.class, () -> debts);
            context.registerBean(DebtChanges.class, () -> debtChanges);
            context.registerBean(Advances.class, () -> advances);
            context.registerBean(Payments.class, () -> payments);
            context.registerBean(PaymentReversals.class, () -> paymentReversals);
            context.registerBean(Entitlements.class, () -> entitlements);
            context.registerBean(Floats.class, () -> floats);
            context.registerBean(Shifts.class, () -> shifts);
            context.registerBean(Batches.class, () -> batches);
            context.registerBean(Ledger.class, () -> ledger);
            context.registerBean(ChartOfAccounts.class, () -> chart);
            context.registerBean(DailyClose.class, () -> dailyClose);
            context.registerBean(SupplyGroups.class, () -> supplyGroups);
            context.registerBean(Tariffs.class, () -> tariffs);
            context.registerBean(TariffDrafts.class, () -> tariffDrafts);
            context.registerBean(RateDrafts.class, () -> rateDrafts);
            context.registerBean(Meters.class, () -> meters);
            context.registerBean(Customers.class, () -> customers);
            context.registerBean(SaleDesk.class, () -> saleDesk);
            context.registerBean(Quotes.class, () -> quotes);
            context.registerBean(AfterSales.class, () -> afterSales);
            context.registerBean(Reversals.class, () -> reversals);
            context.registerBean(Letterheads.class, () -> letterheads);
            context.registerBean(Receipts.class, () -> receipts);
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @ComponentScan("org.metermint.channel")
    static class Assembly {}

    private TestServer(ConfigurableApplicationContext context, String credential) {
        this.context = context;
        this.credential = credential;
    }

    /** @param credential client id, colon, secret */
    static TestServer start(Parts parts, String credential, Map<String, Object> properties, Class<?>... more) {
        SpringApplication application = new SpringApplication(Assembly.class);
        application.addPrimarySources(List.of(more));
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        Map<String, Object> all = new HashMap<>(Map.of(
                "server.port", "0",
                "server.address", "127.0.0.1",
                "spring.threads.virtual.enabled", "true",
                "logging.level.root", "WARN"));
        all.putAll(properties);
        application.setDefaultProperties(all);
        application.addInitializers(context -> parts.register((GenericApplicationContext) context));
        return new TestServer(application.run(), credential);
    }

    /** The same server for another client; only the first of these views closes it. */
    TestServer as(String other) {
        return new TestServer(context, other);
    }

    int port() {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    /** What leads a request to its controller. */
    RequestMappingHandlerMapping router() {
        return context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
    }

    /** A request with the credential, ready to be changed. */
    HttpRequest.Builder to(String path) {
        return anonymous(path)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8)));
    }

    HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    HttpResponse<String> get(String path) {
        return send(to(path));
    }

    HttpResponse<String> post(String path, String key, String body) {
        return send(to(path).header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> put(String path, String key, String body) {
        return send(to(path).header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        context.close();
    }
}
