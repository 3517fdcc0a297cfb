package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** Vendors, floats, shifts and batches over HTTP, each act by a client that may do it and by others that may not. */
class VendorRestTest {
    private static final AtomicInteger KEYS = new AtomicInteger();

    private static RealVending real;
    private static TestServer seller;
    private static Map<Role, TestServer> offices;
    private static TestServer secondFinance;

    @BeforeAll
    static void setUp() throws Exception {
        real = new RealVending();
        TestServer.Parts parts = TestServer.Parts.of(real.vending);
        seller = TestServer.start(parts, real.credential(), Map.of());
        offices = new java.util.EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            offices.put(
                    role, seller.as(real.credential("office-" + role.name().toLowerCase(java.util.Locale.ROOT), role)));
        }
        secondFinance = seller.as(real.credential("office-finance-2", Role.FINANCE));
        JsonNode vendor = created(as(Role.ADMINISTRATOR), "/v1/vendors", """
                {"code":"agent","name":"Agent","kind":"GATEWAY","credit_line":"0.00"}""");
        assertThat(vendor.path("balance").asString()).isEqualTo("0.00");
    }

    @AfterAll
    static void tearDown() throws Exception {
        seller.close();
        real.close();
    }

    private static TestServer as(Role role) {
        return offices.get(role);
    }

    private static String key() {
        return "k-" + KEYS.incrementAndGet();
    }

    private static JsonNode created(TestServer by, String path, String body) {
        HttpResponse<String> answer = by.post(path, key(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return TestServer.json(answer);
    }

    private static JsonNode done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestServer.json(answer);
    }

    private static void refused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(TestServer.json(answer).path("code").asString()).isEqualTo(code);
    }

    private static String deposit(String amount) {
        return """
                {"amount":"%s","reference":"bank %d","value_date":"2026-07-15"}""".formatted(amount, KEYS.incrementAndGet());
    }

    @Test
    void deposit_isRecordedByOne_andConfirmedByAnother() {
        JsonNode recorded = created(as(Role.FINANCE), "/v1/vendors/agent/deposits", deposit("250.50"));
        String path = "/v1/vendors/agent/deposits/" + recorded.path("id").asLong();
        assertThat(recorded.path("kind").asString()).isEqualTo("DEPOSIT");
        assertThat(recorded.has("decision")).isFalse();
        refused(as(Role.FINANCE).post(path + "/confirmation", key(), ""), 403, "SECOND_PERSON_NEEDED");
        JsonNode before = done(as(Role.AUDITOR).get("/v1/vendors/agent"));
        JsonNode confirmed = done(secondFinance.post(path + "/confirmation", key(), ""));
        assertThat(confirmed.path("decision").path("confirmed").asBoolean()).isTrue();
        assertThat(confirmed.path("decision").path("by").asString()).isEqualTo("office-finance-2");
        refused(as(Role.FINANCE).post(path + "/rejection", key(), "{\"reason\":\"late\"}"), 409, "ALREADY_DECIDED");
        JsonNode after = done(as(Role.AUDITOR).get("/v1/vendors/agent"));
        assertThat(after.path("balance").asString())
                .isEqualTo(new java.math.BigDecimal(before.path("balance").asString())
                        .add(new java.math.BigDecimal("250.50"))
                        .toPlainString());
        assertThat(done(as(Role.AUDITOR).get(path))).isEqualTo(confirmed);
    }

    @Test
    void statement_comesInPages_andAsCsv() {
        for (int i = 0; i < 5; i++) {
            JsonNode recorded = created(as(Role.FINANCE), "/v1/vendors/agent/deposits", deposit("10.00"));
            done(secondFinance.post(
                    "/v1/vendors/agent/deposits/" + recorded.path("id").asLong() + "/confirmation", key(), ""));
        }
        String span = "/v1/vendors/agent/statement?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
        JsonNode page = done(as(Role.FINANCE).get(span + "&limit=2"));
        assertThat(page.path("opening").asString()).isEqualTo("0.00");
        int lines = 0;
        String closing = page.path("opening").asString();
        while (true) {
            assertThat(page.path("opening").asString()).isEqualTo(closing);
            closing = page.path("closing").asString();
            lines += page.path("lines").size();
            if (!page.has("next")) {
                break;
            }
            page = done(as(Role.FINANCE)
                    .get(span + "&limit=2&cursor=" + page.path("next").asString()));
        }
        assertThat(lines).isGreaterThanOrEqualTo(5);
        assertThat(done(as(Role.FINANCE).get("/v1/vendors/agent"))
                        .path("balance")
                        .asString())
                .isEqualTo(closing);

        HttpResponse<String> csv = TestServer.send(as(Role.FINANCE).to(span).header("Accept", "text/csv"));
        assertThat(csv.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(csv.body())
                .startsWith("time,kind,sale,reference,change,balance\r\n")
                .endsWith(closing + "\r\n");
        assertThat(csv.body().lines()).hasSize(lines + 3);
    }

    @ParameterizedTest
    @CsvSource({
        "from=yesterday&to=2026-01-01T00:00:00Z, PARAMETER_INVALID, 400",
        "from=2026-01-01T00:00:00Z, PARAMETER_INVALID, 400",
        "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&cursor=nonsense, PARAMETER_INVALID, 400",
        "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&limit=0, PARAMETER_INVALID, 400",
        "from=2026-03-01T00:00:00Z&to=2026-02-01T00:00:00Z, FIELD_INVALID, 422"
    })
    void statement_wrongParameters_areNamed(String query, String code, int status) {
        refused(as(Role.FINANCE).get("/v1/vendors/agent/statement?" + query), status, code);
    }

    @Test
    void shift_fromOpeningToTheBank() {
        created(as(Role.ADMINISTRATOR), "/v1/vendors", """
                {"code":"day","name":"Day","kind":"MULTI_CLIENT","credit_line":"0.00"}""");
        JsonNode till = created(as(Role.ADMINISTRATOR), "/v1/vendors/day/clients", "{\"client\":\"day.till\"}");
        JsonNode boss = created(as(Role.ADMINISTRATOR), "/v1/vendors/day/clients", """
                {"client":"day.boss","role":"SUPERVISOR","terminal":"back-office"}""");
        TestServer cashier = seller.as("day.till:" + till.path("secret").asString());
        TestServer supervisor = seller.as("day.boss:" + boss.path("secret").asString());
        done(supervisor.put("/v1/vendors/day/operators/ann", key(), "{\"name\":\"Ann\"}"));
        assertThat(done(cashier.get("/v1/vendors/day/operators")).path("items").size())
                .isEqualTo(1);

        String open = "{\"operator\":\"ann\",\"opening_cash\":\"200.00\"}";
        JsonNode shift = created(cashier, "/v1/shifts", open);
        refused(cashier.post("/v1/shifts", key(), open), 409, "SHIFT_OPEN");
        String path = "/v1/shifts/" + shift.path("id").asLong();
        refused(cashier.post(path + "/cash-up", key(), "{\"counted\":[]}"), 409, "SHIFT_OPEN");
        JsonNode closed = done(cashier.post(path + "/closing", key(), ""));
        assertThat(closed.has("totals")).as("a seller counts blind").isFalse();
        assertThat(done(supervisor.get(path)).path("totals").size()).isEqualTo(5);
        JsonNode counted = done(cashier.post(path + "/cash-up", key(), """
                {"counted":[{"payment":"CASH","amount":"199.00"}]}"""));
        assertThat(counted.path("cash_up").path("over_short").asString()).isEqualTo("-1.00");
        assertThat(counted.path("totals").size()).isEqualTo(5);

        String gather = "{\"shifts\":[" + shift.path("id").asLong() + "]}";
        refused(cashier.post("/v1/sales-batches", key(), gather), 403, "ROLE_NOT_ALLOWED");
        JsonNode batch = created(supervisor, "/v1/sales-batches", gather);
        refused(supervisor.post("/v1/sales-batches", key(), gather), 409, "ALREADY_GATHERED");
        JsonNode banked = created(supervisor, "/v1/banking-batches", """
                {"sales_batches":[%d],"deposit_slip":"S-1","amount":"0.00"}""".formatted(
                        batch.path("id").asLong()));
        assertThat(banked.path("cash").asString()).isEqualTo("-1.00");
        assertThat(done(supervisor.get("/v1/sales-batches/" + batch.path("id").asLong())))
                .isEqualTo(batch);
        assertThat(done(supervisor.get("/v1/banking-batches")).path("items").get(0))
                .isEqualTo(banked);
        JsonNode reopened = created(supervisor, path + "/reopening", """
                {"reason":"a late sale","opening_cash":"199.00"}""");
        assertThat(reopened.path("continues").path("of").asLong())
                .isEqualTo(shift.path("id").asLong());
        assertThat(done(supervisor.get("/v1/shifts?limit=1")).has("next")).isTrue();
        done(as(Role.ADMINISTRATOR).post("/v1/vendors/day/clients/day.till/disabling", key(), ""));
        refused(cashier.get("/v1/shifts"), 401, "CREDENTIAL_INVALID");
    }

    @Test
    void rolesOfTheOffices_areNotGivenOverTheNetwork() {
        for (Role role : Role.values()) {
            if (role != Role.SELLER && role != Role.SUPERVISOR) {
                refused(
                        as(Role.ADMINISTRATOR).post("/v1/vendors/agent/clients", key(), """
                                {"client":"mole","role":"%s"}""".formatted(role)),
                        403,
                        "ROLE_NOT_ALLOWED");
            }
        }
    }

    /** What each act needs; every other role is refused. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST | /v1/vendors | {"code":"x","name":"X","kind":"GATEWAY","credit_line":"1.00"} | FINANCE
            GET  | /v1/vendors | | FINANCE ADMINISTRATOR AUDITOR
            PUT  | /v1/vendors/agent/status | {"status":"ACTIVE"} | FINANCE ADMINISTRATOR
            PUT  | /v1/vendors/agent/credit-line | {"credit_line":"5.00"} | FINANCE
            PUT  | /v1/vendors/agent/commission-plan | {} | FINANCE
            GET  | /v1/commission-plans | | FINANCE ADMINISTRATOR AUDITOR
            POST | /v1/commission-plans | {"code":"p","version":1,"effective_from":"2026-01-01T00:00:00Z","percent":"2.5","per_unit":"0.035","per_sale":"0.00","per_month":"10.00","settlement":"GROSS"} | FINANCE
            POST | /v1/vendors/agent/fees | {"version":1,"effective_from":"2026-01-01T00:00:00Z","per_sale":"1.50","percent":"1.5","most":"20.00"} | FINANCE
            GET  | /v1/vendors/agent/fees | | FINANCE ADMINISTRATOR AUDITOR
            PUT  | /v1/vendors/agent/terminals/T1 | {"name":"Kiosk"} | ADMINISTRATOR
            PUT  | /v1/vendors/agent/operators/bob | {"name":"Bob","disabled":true} | ADMINISTRATOR
            GET  | /v1/vendors/agent/clients | | ADMINISTRATOR AUDITOR
            POST | /v1/vendors/agent/deposits | {"amount":"1.00","reference":"role","value_date":"2026-07-15"} | FINANCE
            GET  | /v1/vendors/agent/deposits | | FINANCE ADMINISTRATOR AUDITOR
            GET  | /v1/vendors/agent | | FINANCE ADMINISTRATOR AUDITOR
            GET  | /v1/vendors/agent/statement?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z | | FINANCE ADMINISTRATOR AUDITOR
            GET  | /v1/shifts?vendor=agent | | FINANCE ADMINISTRATOR AUDITOR
            GET  | /v1/sales-batches?vendor=agent | | FINANCE ADMINISTRATOR AUDITOR
            GET  | /v1/banking-batches?vendor=agent | | FINANCE ADMINISTRATOR AUDITOR
            """)
    void acts_areForTheirRoles(String method, String path, String body, String roles) {
        for (Role role : Role.values()) {
            HttpResponse<String> answer = switch (method) {
                case "POST" -> as(role).post(path, key(), body);
                case "PUT" -> as(role).put(path, key(), body);
                default -> as(role).get(path);
            };
            boolean allowed = java.util.List.of(roles.split(" ")).contains(role.name());
            assertThat(answer.statusCode())
                    .as("%s %s by %s: %s", method, path, role, answer.body())
                    .isIn(allowed ? java.util.List.of(200, 201) : java.util.List.of(403, 404));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/vendors | {"code":"UPPER","name":"X","kind":"GATEWAY","credit_line":"0"} | FIELD_INVALID
            /v1/vendors | {"code":"expense","name":"X","kind":"GATEWAY","credit_line":"0"} | FIELD_INVALID
            /v1/vendors | {"code":"y","name":"X","kind":"GATEWAY","credit_line":"-1"} | FIELD_INVALID
            /v1/vendors | {"code":"y","name":"X","kind":"GATEWAY","credit_line":"0.001"} | FIELD_INVALID
            /v1/vendors/agent/deposits | {"amount":"0","reference":"r","value_date":"2026-07-15"} | FIELD_INVALID
            /v1/vendors/agent/deposits | {"amount":"1","reference":"r","value_date":"2026-02-30"} | FIELD_INVALID
            /v1/vendors/agent/deposits | {"kind":"COMMISSION","amount":"1","reference":"r","value_date":"2026-02-03"} | FIELD_INVALID
            /v1/vendors/nobody/deposits | {"amount":"1","reference":"r","value_date":"2026-02-03"} | NOT_FOUND
            /v1/vendors/agent/commissions | {"month":"2999-01"} | FIELD_INVALID
            /v1/vendors/agent/commissions | {"month":"2020-01"} | FIELD_INVALID
            /v1/vendors/agent/fees | {"version":9,"effective_from":"2999-01-01T00:00:00Z","per_sale":"1.50","percent":"51"} | FIELD_INVALID
            /v1/vendors/nobody/fees | {"version":1,"effective_from":"2026-01-01T00:00:00Z","per_sale":"1.50","percent":"0"} | NOT_FOUND
            /v1/commission-plans | {"code":"q","version":1,"effective_from":"2026-01-01T00:00:00Z","percent":"101","per_unit":"0","per_sale":"0","per_month":"0","settlement":"NET"} | FIELD_INVALID
            """)
    void wrongFields_areRefused(String path, String body, String code) {
        HttpResponse<String> answer = as(Role.FINANCE).post(path, key(), body);
        refused(answer, code.equals("NOT_FOUND") ? 404 : 422, code);
    }
}
