package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientSecret;
import org.metermint.vending.vendor.Role;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/**
 * Every path of the interface, asked with the credential of one utility for what belongs to another. The answer must be
 * the one that names get which never existed, and nothing of the other utility may change. Paths are taken from the
 * router: one that has no row here fails the test.
 */
@Tag("database")
class CrossUtilityTest {
    /** Paths without anybody's data. */
    private static final List<String> OPEN = List.of("GET /v1/openapi.json");

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z");

    private static final Pattern NUMBERED = Pattern.compile("(shift|batch|deposit|movement) [0-9]+");

    private static final AtomicInteger KEYS = new AtomicInteger();

    /** What the database numbers. */
    private record Numbered(long deposit, long shift, long salesBatch, long bankingBatch) {}

    /** How things of a utility are named. */
    private record Names(
            String group,
            String tariff,
            String meter,
            String customer,
            String phone,
            String person,
            String account,
            String sale,
            String payment,
            String request,
            String vendor,
            String plan,
            String client,
            Numbered numbered) {
        /** A text about these names, as it would be about others. */
        String renamed(String text, Names others) {
            String renamed = text;
            List<String> mine = list();
            for (int i = 0; i < mine.size(); i++) {
                renamed = renamed.replace(mine.get(i), others.list().get(i));
            }
            return renamed;
        }

        /** What a meter is answered as; its last digit depends on all before it. */
        private String pan() {
            return meter.length() < 11
                    ? "PAN"
                    : MeterPan.of(new DecoderReferenceNumber(meter)).digits();
        }

        private List<String> list() {
            return List.of(
                    pan(), group, tariff, meter, customer, phone, person, account, sale, payment, request, vendor, plan,
                    client);
        }
    }

    /** The names of the utility that is asked for; its sale is known once it was made. */
    private static Names theirs;

    private static final Names NOBODYS = new Names(
            "765432",
            "no-such-tariff",
            meterNumber("0200000001"),
            "C-nobody",
            "+27990000002",
            "Nobody Atall",
            "A-nobody",
            "01900000-0000-7000-8000-000000000001",
            "01900000-0000-7000-8000-000000000002",
            "never-asked",
            "no-agent",
            "no-plan",
            "no.client",
            new Numbered(999_999_991, 999_999_992, 999_999_993, 999_999_994));

    private static RealVending real;
    private static TestServer server;
    private static long owner;
    private static String ownersCredential;
    private static String ownersOffice;
    private static String ownersFinance;
    private static Map<Role, String> credentials;

    private record Call(String method, String path, Optional<String> body, Role role) {}

    private static Call get(String path) {
        return new Call("GET", path, Optional.empty(), Role.ADMINISTRATOR);
    }

    private static Call finance(String path, String body) {
        return new Call("POST", path, Optional.of(body), Role.FINANCE);
    }

    private static Call sell(String path, String body) {
        return new Call("POST", path, Optional.of(body), Role.SELLER);
    }

    private static Call write(String method, String path, String body) {
        return new Call(method, path, Optional.of(body), Role.ADMINISTRATOR);
    }

    /** By method and path of the router: how it is asked for what belongs to others. Reads first, then what makes rows. */
    private static Map<String, Function<Names, List<Call>>> calls() {
        Map<String, Function<Names, List<Call>>> calls = new LinkedHashMap<>();
        vendorReads(calls);
        calls.put(
                "GET /v1/sales/{id}/reversal",
                n -> List.of(new Call("GET", "/v1/sales/" + n.sale() + "/reversal", Optional.empty(), Role.FINANCE)));
        for (String list : List.of("accounts", "entries", "closes")) {
            calls.put(
                    "GET /v1/ledger/" + list,
                    n -> List.of(new Call("GET", "/v1/ledger/" + list, Optional.empty(), Role.FINANCE)));
        }
        calls.put("GET /v1/sales", n -> List.of(get("/v1/sales?request=" + n.request())));
        calls.put("GET /v1/sales/{id}", n -> List.of(get("/v1/sales/" + n.sale())));
        calls.put(
                "GET /v1/sales/{id}/receipt/message", n -> List.of(get("/v1/sales/" + n.sale() + "/receipt/message")));
        calls.put("GET /v1/sales/{id}/receipt", n -> List.of(get("/v1/sales/" + n.sale() + "/receipt")));
        calls.put("GET /v1/meters/{number}", n -> List.of(get("/v1/meters/" + n.meter())));
        calls.put("GET /v1/accounts/{number}", n -> List.of(get("/v1/accounts/" + n.account())));
        calls.put("GET /v1/customers/{number}", n -> List.of(get("/v1/customers/" + n.customer())));
        calls.put("GET /v1/supply-groups", n -> List.of(get("/v1/supply-groups")));
        calls.put("GET /v1/supply-groups/{code}", n -> List.of(get("/v1/supply-groups/" + n.group())));
        calls.put("GET /v1/quotes", n -> List.of(get("/v1/quotes?meter=" + n.meter() + "&tender=20.00&currency=ZAR")));
        calls.put("GET /v1/letterheads", n -> List.of(get("/v1/letterheads")));
        calls.put(
                "GET /v1/free-units/lists",
                n -> List.of(new Call("GET", "/v1/free-units/lists", Optional.empty(), Role.FINANCE)));
        calls.put(
                "GET /v1/free-units/lists/{reference}",
                n -> List.of(new Call("GET", "/v1/free-units/lists/" + n.plan(), Optional.empty(), Role.FINANCE)));
        calls.put("GET /v1/free-units/accounts/{number}", n -> List.of(get("/v1/free-units/accounts/" + n.account())));
        calls.put(
                "GET /v1/free-units/claims",
                n -> List.of(new Call("GET", "/v1/free-units/claims?month=2026-03", Optional.empty(), Role.FINANCE)));
        calls.put(
                "PUT /v1/free-units/lists/{reference}",
                n -> List.of(
                        as(Role.FINANCE, "PUT", "/v1/free-units/lists/" + n.plan(), "{\"funder\":\"Municipality\"}")));
        calls.put(
                "PUT /v1/free-units/lists/{reference}/accounts/{number}",
                n -> List.of(as(
                        Role.FINANCE,
                        "PUT",
                        "/v1/free-units/lists/" + n.plan() + "/accounts/" + n.account(),
                        "{\"units\":\"50\",\"first\":\"2026-03\"}")));
        calls.put(
                "POST /v1/free-units/lists/{reference}/approval",
                n -> List.of(finance("/v1/free-units/lists/" + n.plan() + "/approval", "{}")));
        calls.put(
                "POST /v1/free-units/lists/{reference}/rejection",
                n -> List.of(finance("/v1/free-units/lists/" + n.plan() + "/rejection", "{}")));
        calls.put("GET /v1/rates", n -> List.of(get("/v1/rates")));
        calls.put(
                "GET /v1/rates/drafts",
                n -> List.of(new Call("GET", "/v1/rates/drafts", Optional.empty(), Role.FINANCE)));
        calls.put(
                "POST /v1/rates/{table}/versions/{version}/approval",
                n -> List.of(finance("/v1/rates/FUEL/versions/2/approval", "{}")));
        calls.put(
                "POST /v1/rates/{table}/versions/{version}/rejection",
                n -> List.of(finance("/v1/rates/FUEL/versions/2/rejection", "{\"reason\":\"why\"}")));
        calls.put("GET /v1/tariffs", n -> List.of(get("/v1/tariffs")));
        calls.put(
                "GET /v1/tariffs/{id}/versions/{version}",
                n -> List.of(get("/v1/tariffs/" + n.tariff() + "/versions/1")));
        calls.put("GET /v1/tariffs/drafts", n -> List.of(get("/v1/tariffs/drafts")));
        calls.put("GET /v1/tariffs/{id}/versions/{version}/draft", n -> List.of(get(draft(n, "draft"))));
        calls.put(
                "POST /v1/tariffs/{id}/versions/{version}/approval",
                n -> List.of(write("POST", draft(n, "approval"), "{}")));
        calls.put(
                "POST /v1/tariffs/{id}/versions/{version}/rejection",
                n -> List.of(write("POST", draft(n, "rejection"), "{\"reason\":\"none\"}")));
        calls.put(
                "GET /v1/supply-points",
                n -> List.of(
                        get("/v1/supply-points?q=" + n.meter()),
                        get("/v1/supply-points?q=" + n.customer()),
                        get("/v1/supply-points?q=" + n.account()),
                        get("/v1/supply-points?q=" + n.phone().replace("+", "%2B")),
                        get("/v1/supply-points?q="
                                + n.person().substring(0, n.person().indexOf(' ')))));
        calls.put(
                "PUT /v1/meters/{number}/status",
                n -> List.of(write("PUT", "/v1/meters/" + n.meter() + "/status", "{\"status\":\"BLOCKED\"}")));
        calls.put(
                "PUT /v1/accounts/{number}/debts/{reference}",
                n -> List.of(as(Role.FINANCE, "PUT", "/v1/accounts/" + n.account() + "/debts/fine", debt())));
        String changes = "/v1/accounts/{number}/debts/{reference}/changes";
        calls.put("GET " + changes, n -> List.of(get("/v1/accounts/" + n.account() + "/debts/fine/changes")));
        calls.put(
                "POST " + changes,
                n -> List.of(finance("/v1/accounts/" + n.account() + "/debts/fine/changes", debtChange())));
        for (String decision : List.of("approval", "rejection")) {
            calls.put(
                    "POST " + changes + "/{id}/" + decision,
                    n -> List.of(finance("/v1/accounts/" + n.account() + "/debts/fine/changes/1/" + decision, "{}")));
        }
        calls.put(
                "GET /v1/accounts/{number}/advances/{reference}",
                n -> List.of(get("/v1/accounts/" + n.account() + "/advances/installed")));
        calls.put(
                "PUT /v1/accounts/{number}/advances/{reference}",
                n -> List.of(as(
                        Role.FINANCE,
                        "PUT",
                        "/v1/accounts/" + n.account() + "/advances/installed",
                        "{\"units\":\"20\"}")));
        calls.put(
                "POST /v1/accounts/{number}/payments",
                n -> List.of(sell("/v1/accounts/" + n.account() + "/payments", payment())));
        calls.put("GET /v1/payments", n -> List.of(get("/v1/payments?request=" + n.request())));
        calls.put("GET /v1/payments/{id}", n -> List.of(get("/v1/payments/" + n.payment())));
        String back = "/v1/payments/{id}/reversal";
        calls.put(
                "GET " + back,
                n -> List.of(
                        new Call("GET", "/v1/payments/" + n.payment() + "/reversal", Optional.empty(), Role.FINANCE)));
        calls.put(
                "POST " + back,
                n -> List.of(finance("/v1/payments/" + n.payment() + "/reversal", "{\"reason\":\"why\"}")));
        for (String decision : List.of("approval", "rejection")) {
            calls.put(
                    "POST " + back + "/" + decision,
                    n -> List.of(finance("/v1/payments/" + n.payment() + "/reversal/" + decision, "{}")));
        }
        calls.put(
                "PUT /v1/accounts/{number}/meter",
                n -> List.of(write(
                        "PUT",
                        "/v1/accounts/" + n.account() + "/meter",
                        "{\"meter\":\"" + n.meter() + "\",\"reason\":\"dark\"}")));
        calls.put(
                "PUT /v1/accounts/{number}/facts",
                n -> List.of(write("PUT", "/v1/accounts/" + n.account() + "/facts", "{\"phases\":3}")));
        calls.put(
                "PUT /v1/supply-groups/{code}/key",
                n -> List.of(write("PUT", "/v1/supply-groups/" + n.group() + "/key", "{\"revision\":2}")));
        calls.put(
                "DELETE /v1/customers/{number}/personal-data",
                n -> List.of(new Call(
                        "DELETE",
                        "/v1/customers/" + n.customer() + "/personal-data",
                        Optional.empty(),
                        Role.ADMINISTRATOR)));
        calls.put(
                "POST /v1/sales",
                n -> List.of(sell("/v1/sales", sale(n.meter())), sell("/v1/sales?receipt=true", sale(n.meter()))));
        calls.put(
                "POST /v1/sales/{id}/reversal",
                n -> List.of(finance(
                        "/v1/sales/" + n.sale() + "/reversal", "{\"basis\":\"OPERATOR_LOSS\",\"reason\":\"why\"}")));
        calls.put(
                "POST /v1/sales/{id}/reversal/approval",
                n -> List.of(finance("/v1/sales/" + n.sale() + "/reversal/approval", "{}")));
        calls.put(
                "POST /v1/sales/{id}/reversal/rejection",
                n -> List.of(finance("/v1/sales/" + n.sale() + "/reversal/rejection", "{}")));
        calls.put("POST /v1/sales/trial", n -> List.of(sell("/v1/sales/trial", sale(n.meter()))));
        calls.put(
                "POST /v1/sales/advice",
                n -> List.of(sell("/v1/sales/advice", "{\"request\":\"" + n.request() + "\"}")));
        calls.put(
                "POST /v1/sales/{id}/confirmation",
                n -> List.of(sell("/v1/sales/" + n.sale() + "/confirmation", "{}")));
        calls.put("POST /v1/sales/{id}/resend", n -> List.of(sell("/v1/sales/" + n.sale() + "/resend", "{}")));
        calls.put(
                "POST /v1/accounts",
                n -> List.of(
                        account("A-1", n.customer(), Optional.empty(), "123457", PublishedTariffs.INCLINING),
                        account("A-2", "C-own", Optional.of(n.meter()), "123457", PublishedTariffs.INCLINING),
                        account("A-3", "C-own", Optional.empty(), n.group(), PublishedTariffs.INCLINING),
                        account("A-4", "C-own", Optional.empty(), "123457", n.tariff()),
                        account(n.account(), "C-own", Optional.empty(), "123457", PublishedTariffs.INCLINING)));
        vendorWrites(calls);
        calls.put("POST /v1/meters", n -> List.of(write("POST", "/v1/meters", meter(n.meter(), "123457"))));
        calls.put("POST /v1/customers", n -> List.of(write("POST", "/v1/customers", """
                {"number":"%s","name":"Own Person"}""".formatted(n.customer()))));
        calls.put("POST /v1/supply-groups", n -> List.of(write("POST", "/v1/supply-groups", group(n.group()))));
        calls.put("POST /v1/letterheads", n -> List.of(write("POST", "/v1/letterheads", letterhead("2 Weir Road"))));
        calls.put("POST /v1/rates", n -> List.of(write("POST", "/v1/rates", rate())));
        calls.put("POST /v1/tariffs", n -> List.of(write("POST", "/v1/tariffs", tariff(n.tariff()))));
        return calls;
    }

    private static void vendorReads(Map<String, Function<Names, List<Call>>> calls) {
        calls.put("GET /v1/vendors", n -> List.of(get("/v1/vendors")));
        calls.put("GET /v1/vendors/{code}", n -> List.of(get(vendor(n, ""))));
        calls.put("GET /v1/vendors/{vendor}/deposits", n -> List.of(get(vendor(n, "/deposits"))));
        calls.put(
                "GET /v1/vendors/{vendor}/deposits/{id}",
                n -> List.of(get(vendor(n, "/deposits/" + n.numbered().deposit()))));
        calls.put(
                "GET /v1/vendors/{vendor}/statement",
                n -> List.of(get(vendor(n, "/statement?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"))));
        calls.put("GET /v1/vendors/{vendor}/operators", n -> List.of(get(vendor(n, "/operators"))));
        calls.put("GET /v1/vendors/{vendor}/terminals", n -> List.of(get(vendor(n, "/terminals"))));
        calls.put("GET /v1/vendors/{vendor}/clients", n -> List.of(get(vendor(n, "/clients"))));
        calls.put("GET /v1/vendors/{code}/fees", n -> List.of(get(vendor(n, "/fees"))));
        calls.put("GET /v1/commission-plans", n -> List.of(get("/v1/commission-plans")));
        calls.put("GET /v1/shifts", n -> List.of(get("/v1/shifts?vendor=" + n.vendor())));
        calls.put(
                "GET /v1/shifts/{id}",
                n -> List.of(get("/v1/shifts/" + n.numbered().shift())));
        calls.put("GET /v1/sales-batches", n -> List.of(get("/v1/sales-batches?vendor=" + n.vendor())));
        calls.put(
                "GET /v1/sales-batches/{id}",
                n -> List.of(get("/v1/sales-batches/" + n.numbered().salesBatch())));
        calls.put("GET /v1/banking-batches", n -> List.of(get("/v1/banking-batches?vendor=" + n.vendor())));
        calls.put(
                "GET /v1/banking-batches/{id}",
                n -> List.of(get("/v1/banking-batches/" + n.numbered().bankingBatch())));
    }

    private static void vendorWrites(Map<String, Function<Names, List<Call>>> calls) {
        Role finance = Role.FINANCE;
        Role boss = Role.SUPERVISOR;
        calls.put(
                "PUT /v1/vendors/{code}/status",
                n -> List.of(write("PUT", vendor(n, "/status"), "{\"status\":\"SUSPENDED\"}")));
        calls.put(
                "PUT /v1/vendors/{code}/credit-line",
                n -> List.of(as(finance, "PUT", vendor(n, "/credit-line"), "{\"credit_line\":\"5.00\"}")));
        calls.put("PUT /v1/vendors/{code}/commission-plan", n -> {
            String body = "{\"commission_plan\":\"" + n.plan() + "\"}";
            return List.of(
                    as(finance, "PUT", vendor(n, "/commission-plan"), body),
                    as(finance, "PUT", "/v1/vendors/other-agent/commission-plan", body));
        });
        calls.put(
                "PUT /v1/vendors/{vendor}/operators/{code}",
                n -> List.of(write("PUT", vendor(n, "/operators/ann"), "{\"name\":\"Other\"}")));
        calls.put(
                "PUT /v1/vendors/{vendor}/terminals/{code}",
                n -> List.of(write("PUT", vendor(n, "/terminals/t1"), "{\"name\":\"Other\"}")));
        calls.put(
                "POST /v1/vendors/{vendor}/clients",
                n -> List.of(write("POST", vendor(n, "/clients"), "{\"client\":\"other.new\"}")));
        calls.put(
                "POST /v1/vendors/{vendor}/clients/{id}/disabling",
                n -> List.of(
                        write("POST", vendor(n, "/clients/" + n.client() + "/disabling"), "{}"),
                        write("POST", "/v1/vendors/other-shop/clients/" + n.client() + "/disabling", "{}")));
        calls.put(
                "POST /v1/vendors/{vendor}/deposits",
                n -> List.of(as(finance, "POST", vendor(n, "/deposits"), deposit())));
        calls.put(
                "POST /v1/vendors/{vendor}/commissions",
                n -> List.of(as(finance, "POST", vendor(n, "/commissions"), "{\"month\":\"2026-01\"}")));
        for (String act : List.of("confirmation", "rejection")) {
            calls.put("POST /v1/vendors/{vendor}/deposits/{id}/" + act, n -> {
                String tail = "/deposits/" + n.numbered().deposit() + "/" + act;
                return List.of(
                        as(finance, "POST", vendor(n, tail), "{\"reason\":\"none\"}"),
                        as(finance, "POST", "/v1/vendors/other-agent" + tail, "{\"reason\":\"none\"}"));
            });
        }
        calls.put("POST /v1/shifts", n -> List.of(as(boss, "POST", "/v1/shifts", """
                        {"client":"%s","operator":"ann","opening_cash":"0.00"}""".formatted(n.client()))));
        Map.of(
                        "closing", "{}",
                        "cash-up", "{\"counted\":[{\"payment\":\"CASH\",\"amount\":\"1.00\"}]}",
                        "reopening", "{\"reason\":\"none\",\"opening_cash\":\"0.00\"}")
                .forEach((act, body) -> calls.put(
                        "POST /v1/shifts/{id}/" + act,
                        n -> List.of(
                                as(boss, "POST", "/v1/shifts/" + n.numbered().shift() + "/" + act, body))));
        calls.put(
                "POST /v1/sales-batches",
                n -> List.of(as(
                        boss,
                        "POST",
                        "/v1/sales-batches",
                        "{\"shifts\":[" + n.numbered().shift() + "]}")));
        calls.put(
                "POST /v1/banking-batches",
                n -> List.of(as(boss, "POST", "/v1/banking-batches", """
                        {"sales_batches":[%d],"deposit_slip":"S-9","amount":"0.00"}""".formatted(
                                n.numbered().salesBatch()))));
        calls.put("POST /v1/vendors/{code}/fees", n -> List.of(as(finance, "POST", vendor(n, "/fees"), fee("0.50"))));
        calls.put("POST /v1/vendors", n -> List.of(write("POST", "/v1/vendors", newVendor(n.vendor()))));
        calls.put(
                "POST /v1/commission-plans", n -> List.of(as(finance, "POST", "/v1/commission-plans", plan(n.plan()))));
    }

    private static Call as(Role role, String method, String path, String body) {
        return new Call(method, path, Optional.of(body), role);
    }

    private static String vendor(Names names, String tail) {
        return "/v1/vendors/" + names.vendor() + tail;
    }

    private static String debt() {
        return """
                {"amount":"10.00","terms":{"type":"FINE","label":"Fine","priority":1,"since":"2026-01-01",\
                "method":"FIXED_PER_MONTH","value":"5.00","due_on":"2026-01-01"}}""";
    }

    private static String debtChange() {
        return "{\"kind\":\"WRITE_OFF\",\"amount\":\"1.00\",\"reason\":\"why\"}";
    }

    private static String payment() {
        return "{\"amount\":\"1.00\",\"currency\":\"ZAR\"}";
    }

    private static String rate() {
        return "{\"table\":\"FUEL\",\"version\":1,\"effective_from\":\"2026-01-01T00:00:00Z\",\"rate\":\"0.5\"}";
    }

    private static String letterhead(String address) {
        return "{\"address\":[\"" + address + "\"],\"customer\":\"MASKED\"}";
    }

    private static String newVendor(String code) {
        return """
                {"code":"%s","name":"Agent","kind":"GATEWAY","credit_line":"0.00"}""".formatted(code);
    }

    private static String plan(String code) {
        return """
                {"code":"%s","version":1,"effective_from":"2026-01-01T00:00:00Z","percent":"1","per_unit":"0",
                 "per_sale":"0","per_month":"0","settlement":"NET"}""".formatted(code);
    }

    private static String fee(String perSale) {
        return "{\"version\":1,\"effective_from\":\"2026-01-01T00:00:00Z\",\"per_sale\":\"" + perSale
                + "\",\"percent\":\"0\"}";
    }

    private static String deposit() {
        return "{\"amount\":\"10.00\",\"reference\":\"bank 1\",\"value_date\":\"2026-07-15\"}";
    }

    /** What the utility that is asked for has of vendors, and how it is numbered. */
    private static Numbered numbered() {
        UtilityId utility = new UtilityId(owner);
        ownersOffice = credential(utility, "their.office", "corner-shop", Role.ADMINISTRATOR);
        ownersFinance = credential(utility, "their.finance", "corner-shop", Role.FINANCE);
        String finance = ownersFinance;
        made(ownersOffice, "/v1/vendors", newVendor("their-agent"));
        made(finance, "/v1/commission-plans", plan("their-plan"));
        made(finance, "/v1/vendors/their-agent/fees", fee("0.25"));
        String seller = credential(utility, "their.seller", "their-agent", Role.SELLER);
        String boss = credential(utility, "their.boss", "their-agent", Role.SUPERVISOR);
        for (String staff : List.of("operators/ann", "terminals/t1")) {
            done(boss, write("PUT", "/v1/vendors/their-agent/" + staff, "{\"name\":\"Theirs\"}"));
        }
        long deposit = id(done(finance, write("POST", "/v1/vendors/their-agent/deposits", deposit())));
        long shift = id(done(seller, write("POST", "/v1/shifts", "{\"operator\":\"ann\",\"opening_cash\":\"0.00\"}")));
        done(seller, write("POST", "/v1/shifts/" + shift + "/closing", "{}"));
        done(seller, write("POST", "/v1/shifts/" + shift + "/cash-up", """
                {"counted":[{"payment":"CASH","amount":"0.00"}]}"""));
        long batch = id(done(boss, write("POST", "/v1/sales-batches", "{\"shifts\":[" + shift + "]}")));
        long banked = id(done(boss, write("POST", "/v1/banking-batches", """
                {"sales_batches":[%d],"deposit_slip":"S-1","amount":"0.00"}""".formatted(batch))));
        return new Numbered(deposit, shift, batch, banked);
    }

    private static HttpResponse<String> done(String credential, Call call) {
        HttpResponse<String> answer = ask(credential, call, key());
        assertThat(answer.statusCode()).as(call.path() + answer.body()).isBetween(200, 201);
        return answer;
    }

    private static long id(HttpResponse<String> answer) {
        return TestServer.json(answer).path("id").asLong();
    }

    private static String credential(UtilityId utility, String id, String vendor, Role role) {
        ClientSecret client = real.vending.clients().create(utility, id, vendor, role, Optional.empty());
        return client.clientId() + ":" + client.secret();
    }

    @BeforeAll
    static void setUp() throws Exception {
        real = new RealVending();
        ownersCredential = real.credential();
        server = TestServer.start(TestServer.Parts.of(real.vending), ownersCredential, Map.of());
        owner = real.vending.utilities().byCode("test").orElseThrow().id().value();
        theirs = new Names(
                "201457",
                "their-tariff",
                meterNumber("0100000001"),
                "C-theirs",
                "+27821234567",
                "Thandi Dlamini",
                "A-theirs",
                "",
                "",
                "their-request",
                "their-agent",
                "their-plan",
                "their.seller",
                numbered());
        made(ownersOffice, "/v1/supply-groups", group(theirs.group()));
        made(ownersOffice, "/v1/tariffs", tariff(theirs.tariff()));
        made(ownersOffice, "/v1/rates", rate());
        made(ownersOffice, "/v1/letterheads", letterhead("1 Weir Road"));
        made(ownersOffice, "/v1/customers", """
                {"number":"%s","name":"%s","phone":"%s"}""".formatted(theirs.customer(), theirs.person(), theirs.phone()));
        made(ownersOffice, "/v1/meters", meter(theirs.meter(), theirs.group()));
        made(
                ownersOffice,
                "/v1/accounts",
                account(
                                theirs.account(),
                                theirs.customer(),
                                Optional.of(theirs.meter()),
                                theirs.group(),
                                theirs.tariff())
                        .body()
                        .orElseThrow());
        HttpResponse<String> proposed = ask(
                ownersOffice,
                write(
                        "POST",
                        "/v1/tariffs",
                        tariff(theirs.tariff())
                                .replace("\"version\":1", "\"version\":2")
                                .replaceAll(
                                        "\"effectiveFrom\":\"[^\"]*\"", "\"effectiveFrom\":\"2099-01-01T00:00:00Z\"")),
                key());
        assertThat(proposed.statusCode()).as(proposed.body()).isEqualTo(202);
        HttpResponse<String> sold = ask(ownersCredential, sell("/v1/sales", sale(theirs.meter())), theirs.request());
        assertThat(sold.statusCode()).as(sold.body()).isEqualTo(201);
        done(ownersFinance, as(Role.FINANCE, "PUT", "/v1/accounts/" + theirs.account() + "/debts/fine", debt()));
        made(ownersFinance, "/v1/accounts/" + theirs.account() + "/debts/fine/changes", debtChange());
        done(
                ownersFinance,
                as(
                        Role.FINANCE,
                        "PUT",
                        "/v1/accounts/" + theirs.account() + "/advances/installed",
                        "{\"units\":\"20\"}"));
        HttpResponse<String> paid = ask(
                ownersCredential, sell("/v1/accounts/" + theirs.account() + "/payments", payment()), theirs.request());
        assertThat(paid.statusCode()).as(paid.body()).isEqualTo(201);
        theirs = new Names(
                theirs.group(),
                theirs.tariff(),
                theirs.meter(),
                theirs.customer(),
                theirs.phone(),
                theirs.person(),
                theirs.account(),
                TestServer.json(sold).path("id").asString(),
                TestServer.json(paid).path("id").asString(),
                theirs.request(),
                theirs.vendor(),
                theirs.plan(),
                theirs.client(),
                theirs.numbered());
        made(
                ownersFinance,
                "/v1/sales/" + theirs.sale() + "/reversal",
                "{\"basis\":\"OPERATOR_LOSS\",\"reason\":\"why\"}");
        made(ownersFinance, "/v1/payments/" + theirs.payment() + "/reversal", "{\"reason\":\"why\"}");
        String list = "/v1/free-units/lists/" + theirs.plan();
        done(ownersFinance, as(Role.FINANCE, "PUT", list, "{\"funder\":\"Municipality of Mopane\"}"));
        done(
                ownersFinance,
                as(
                        Role.FINANCE,
                        "PUT",
                        list + "/accounts/" + theirs.account(),
                        "{\"units\":\"50\",\"first\":\"2026-01\"}"));
        String secondFinance = credential(new UtilityId(owner), "their.finance.2", "corner-shop", Role.FINANCE);
        done(secondFinance, finance(list + "/approval", "{}"));
        real.superuser().sql("""
                        INSERT INTO metermint.rate_draft (utility_id, rate_table, version, effective_from, rate, proposed_by,
                            proposed_at)
                        VALUES (?, 'FUEL', 2, '2030-01-01', 1, 'their.office', now())
                        """).param(owner).update();
        otherUtility();
    }

    /** The one that asks: with a group, a tariff and a customer of its own, and a client in each role. */
    private static void otherUtility() {
        UtilitySettings settings =
                real.vending.utilities().byCode("test").orElseThrow().settings();
        Utility other = real.vending
                .utilities()
                .register(
                        "other",
                        new UtilitySettings(
                                "Other Power",
                                settings.currency(),
                                settings.minorDigits(),
                                settings.zone(),
                                KeyChangePolicy.WITH_SALE,
                                settings.smallestTender(),
                                settings.largestTender()));
        credentials = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            ClientSecret client = real.vending
                    .clients()
                    .create(
                            other.id(),
                            "other." + role.name().toLowerCase(Locale.ROOT),
                            "other-shop",
                            role,
                            Optional.empty());
            credentials.put(role, client.clientId() + ":" + client.secret());
        }
        String administrator = String.valueOf(credentials.get(Role.ADMINISTRATOR));
        made(administrator, "/v1/vendors", newVendor("other-agent"));
        made(administrator, "/v1/supply-groups", group("123457"));
        made(administrator, "/v1/tariffs", TariffJson.write(PublishedTariffs.load(PublishedTariffs.INCLINING)));
        made(administrator, "/v1/customers", "{\"number\":\"C-own\",\"name\":\"Own Person\"}");
    }

    @AfterAll
    static void tearDown() {
        server.close();
        real.close();
    }

    @Test
    void everyPath_isTried() {
        TreeSet<String> routed = new TreeSet<>();
        for (RequestMappingInfo info : server.router().getHandlerMethods().keySet()) {
            for (String path : info.getPatternValues()) {
                if (path.startsWith("/v1")) {
                    for (RequestMethod method : info.getMethodsCondition().getMethods()) {
                        routed.add(method + " " + path);
                    }
                }
            }
        }
        TreeSet<String> tried = new TreeSet<>(calls().keySet());
        tried.addAll(OPEN);
        assertThat(tried).isEqualTo(routed);
    }

    @Test
    void whatBelongsToOthers_isAnsweredAsIfItNeverExisted_andStaysAsItIs() {
        calls().forEach((path, call) -> call.apply(theirs).stream()
                .filter(one -> one.method().equals("GET"))
                .forEach(one -> {
                    String owners = one.path().contains("s?request=")
                            ? ownersCredential
                            : one.role() == Role.FINANCE ? ownersFinance : ownersOffice;
                    HttpResponse<String> own = ask(owners, one, key());
                    assertThat(own.statusCode())
                            .as("its owner asks " + one.path())
                            .isEqualTo(200);
                    if (!one.path().endsWith("/closes")) { // no day of theirs is over yet
                        assertThat(own.body()).as(one.path()).doesNotContain("\"items\":[]");
                    }
                }));
        Map<String, String> before = digests();
        assertThat(before).containsKeys("sale", "journal_entry", "client", "customer", "request");
        calls().forEach((path, call) -> {
            List<Call> foreign = call.apply(theirs);
            List<Call> absent = call.apply(NOBODYS);
            for (int i = 0; i < foreign.size(); i++) {
                String credential =
                        String.valueOf(credentials.get(foreign.get(i).role()));
                HttpResponse<String> answer = ask(credential, foreign.get(i), key());
                HttpResponse<String> asNobody = ask(credential, absent.get(i), key());
                assertThat(seen(answer, theirs)).as(path).isEqualTo(seen(asNobody, NOBODYS));
            }
        });
        assertThat(digests()).isEqualTo(before);
    }

    /** All that a client can see of an answer, whatever names it is about. */
    private static List<String> seen(HttpResponse<String> answer, Names about) {
        Names neutral = new Names("G", "T", "M", "C", "P", "N", "A", "S", "Y", "R", "V", "L", "K", NOBODYS.numbered());
        List<String> seen = new ArrayList<>();
        seen.add(Integer.toString(answer.statusCode()));
        seen.add(masked(about.renamed(answer.body(), neutral)));
        answer.headers().map().forEach((name, values) -> {
            if (!List.of("date", "content-length", "connection").contains(name)) {
                seen.add(name + ": " + about.renamed(values.toString(), neutral));
            }
        });
        return seen;
    }

    /** Without the moment, and without the number that was asked for. */
    private static String masked(String body) {
        return NUMBERED.matcher(TIME.matcher(body).replaceAll("TIME")).replaceAll("$1 #");
    }

    /** Of every table the rows of the utility that is asked for, as the superuser sees them. */
    private static Map<String, String> digests() {
        JdbcClient sql = real.superuser();
        Map<String, String> digests = new LinkedHashMap<>();
        sql.sql("""
                        SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'metermint'::regnamespace
                          AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                          AND c.relname <> 'flyway_schema_history' ORDER BY c.relname
                        """)
                .query(String.class)
                .list()
                .forEach(table -> digests.put(
                        table,
                        sql.sql("SELECT coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM " + table
                                        + " t WHERE utility_id = ?")
                                .param(owner)
                                .query(String.class)
                                .single()));
        return digests;
    }

    private static HttpResponse<String> ask(String credential, Call call, String key) {
        String authorization =
                "Basic " + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8));
        var request = server.anonymous(call.path()).header("Authorization", authorization);
        if (!call.method().equals("GET")) {
            request.header("Idempotency-Key", key);
        }
        call.body().ifPresent(body -> request.header("Content-Type", "application/json"));
        return TestServer.send(request.method(
                call.method(), call.body().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody)));
    }

    private static void made(String credential, String path, String body) {
        HttpResponse<String> answer = ask(credential, write("POST", path, body), key());
        assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(201);
    }

    private static String key() {
        return "key-" + KEYS.incrementAndGet();
    }

    private static String meterNumber(String body) {
        return body + Luhn.checkDigit(body);
    }

    private static String sale(String meter) {
        return "{\"meter\":\"%s\",\"tender\":\"100.00\",\"currency\":\"ZAR\"}".formatted(meter);
    }

    private static String group(String code) {
        return """
                {"code":"%s","name":"Group","key_revision":1,"key_type":"DUTK","service":"ELECTRICITY"}""".formatted(code);
    }

    private static String meter(String number, String group) {
        return """
                {"number":"%s","algorithm":"EA11","supply_group":"%s","key_revision":1,"tariff_index":"01"}""".formatted(number, group);
    }

    private static String tariff(String id) {
        return TariffJson.write(PublishedTariffs.load(PublishedTariffs.INCLINING))
                .replace(PublishedTariffs.INCLINING, id);
    }

    private static String draft(Names names, String tail) {
        return "/v1/tariffs/" + names.tariff() + "/versions/2/" + tail;
    }

    private static Call account(String number, String customer, Optional<String> meter, String group, String tariff) {
        return write("POST", "/v1/accounts", """
                {"number":"%s","customer":"%s",%s"supply_group":"%s","tariff_index":"01","tariff":"%s"}""".formatted(
                        number,
                        customer,
                        meter.map(digits -> "\"meter\":\"" + digits + "\",").orElse(""),
                        group,
                        tariff));
    }
}
