package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.token.Luhn;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** A utility set up and sold for over HTTP alone, on the real vending, database and security module. */
@Tag("database")
class FirstSaleTest {
    private static final AtomicInteger METERS = new AtomicInteger();

    private static RealVending real;
    private static TestServer server;
    private static TestServer office;

    @BeforeAll
    static void setUp() throws Exception {
        real = new RealVending();
        server = TestServer.start(TestServer.Parts.of(real.vending), real.credential(), Map.of());
        office = server.as(real.credential("admin", Role.ADMINISTRATOR));
        for (String group : List.of("201457", "123457")) {
            created("/v1/supply-groups", """
                    {"code":"%s","name":"Group","key_revision":1,"key_type":"DUTK","service":"ELECTRICITY"}
                    """.formatted(group));
        }
        moveOn("123457");
        created("/v1/tariffs", TariffJson.write(PublishedTariffs.load(PublishedTariffs.INCLINING)));
        created("/v1/customers", """
                {"number":"C-1","name":"Thandi Dlamini","phone":"+27 82 123 4567"}""");
    }

    private static void moveOn(String group) {
        assertThat(office.put("/v1/supply-groups/" + group + "/key", "move", "{\"revision\":4}")
                        .statusCode())
                .isEqualTo(200);
    }

    @AfterAll
    static void tearDown() throws Exception {
        server.close();
        real.close();
    }

    private static void created(String path, String body) {
        HttpResponse<String> answer = office.post(path, "set-up", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void letterhead_standsOnReceiptsFromThenOn_andNotOnCopiesOfOlderOnes() {
        String before = saleAt("letterhead-1");
        created("/v1/letterheads", """
                {"address":["1 Weir Road"],"tax_number":"4012345678","invoice_title":"TAX INVOICE","customer":"MASKED"}""");
        JsonNode kept = TestServer.json(server.get("/v1/letterheads")).path("items");
        assertThat(kept.path(kept.size() - 1).path("tax_number").asString()).isEqualTo("4012345678");
        JsonNode receipt = TestServer.json(server.get(saleAt("letterhead-2") + "/receipt"));
        assertThat(receipt.path("issuer").path("tax_number").asString()).isEqualTo("4012345678");
        assertThat(receipt.path("invoice").path("with_tax").asString()).isEqualTo("100.00");
        assertThat(receipt.path("customer").asString()).isEqualTo("T. D***i");
        JsonNode old = TestServer.json(server.get(before + "/receipt"));
        assertThat(old.path("issuer").path("address")).isEmpty();
        assertThat(old.path("invoice").isNull()).isTrue();
        assertThat(old.path("customer").asString()).isEqualTo("Thandi Dlamini");

        HttpResponse<String> without = office.post(
                "/v1/letterheads", "without", "{\"address\":[],\"invoice_title\":\"FACTURE\",\"customer\":\"NAME\"}");
        assertThat(without.statusCode()).isEqualTo(422);
        assertThat(without.body()).contains("FIELD_INVALID", "invoice_title is given without tax_number");
        HttpResponse<String> past = office.post(
                "/v1/letterheads",
                "past",
                "{\"address\":[],\"effective_from\":\"2020-01-01T00:00:00Z\",\"customer\":\"NAME\"}");
        assertThat(past.statusCode()).isEqualTo(422);
        assertThat(past.body()).contains("FIELD_INVALID", "is before now");
        created("/v1/letterheads", "{\"address\":[],\"customer\":\"NAME\"}");
    }

    private static String saleAt(String key) {
        HttpResponse<String> sold = server.post("/v1/sales", key, sale(meter("201457"), "100.00"));
        assertThat(sold.statusCode()).as(sold.body()).isEqualTo(201);
        return sold.headers().firstValue("Location").orElseThrow();
    }

    @Test
    void quote_explainsWhatASaleWouldBe_andWhatWasDifferentLastTime() {
        String meter = meter("201457");
        String path = "/v1/quotes?meter=" + meter + "&tender=400.00&currency=ZAR";
        JsonNode first = TestServer.json(server.get(path));
        assertThat(first.path("sale").path("units").asString()).isEqualTo("114.3");
        assertThat(first.path("words").path(0).asString()).isEqualTo("ZAR 400.00 buys 114.3 kWh.");
        server.post("/v1/sales", "quoted", sale(meter, "400.00"));
        HttpResponse<String> second = server.get(path);
        assertThat(second.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(second.body())
                .contains(
                        "were already bought in",
                        "The last purchase, ZAR 400.00 on ",
                        "0 kWh had been bought in the month before it, and 114.3 kWh before this one.");
        assertThat(server.get("/v1/quotes?meter=" + meter).body()).contains("MEMBER_MISSING", "tender");
        assertThat(TestServer.json(server.get("/v1/quotes?meter=01234567897&units=5"))
                        .path("code")
                        .asString())
                .isEqualTo("METER_UNKNOWN");
    }

    @Test
    void debtWithTerms_isRecoveredByPurchases() {
        String meter = meter("201457");
        TestServer finance = server.as(real.credential("finance", Role.FINANCE));
        String debt = """
                {"amount":"12.34","terms":{"type":"FINE","label":"Reconnection","priority":1,"since":"2026-01-01",\
                "method":"FIXED_PER_PURCHASE","value":"5.00","due_on":"2026-01-01"}}""";
        HttpResponse<String> put = finance.put("/v1/accounts/A-" + meter + "/debts/fine", "debt", debt);
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(TestServer.json(put).path("terms"))
                .isEqualTo(TestServer.JSON.readTree(debt).path("terms"));
        assertThat(server.put("/v1/accounts/A-" + meter + "/debts/fine", "debt", debt)
                        .statusCode())
                .isEqualTo(403);
        assertThat(finance.put("/v1/accounts/A-" + meter + "/debts/fine", "debt", debt.replace("5.00", "5.001"))
                        .body())
                .contains("terms.value", "2 decimals");

        JsonNode sale = TestServer.json(server.post("/v1/sales", "owing", sale(meter, "100.00")));
        assertThat(sale.path("lines").findValuesAsString("code")).contains("fine");
        assertThat(TestServer.json(server.get("/v1/accounts/A-" + meter))
                        .path("debts")
                        .path(0)
                        .path("balance")
                        .asString())
                .isEqualTo("7.34");
    }

    /** A new meter with an account. */
    private static String meter(String group) {
        String body = "01%08d".formatted(METERS.incrementAndGet());
        String number = body + Luhn.checkDigit(body);
        created("/v1/meters", """
                {"number":"%s","algorithm":"EA11","supply_group":"%s","key_revision":1,"tariff_index":"01"}""".formatted(number, group));
        created("/v1/accounts", """
                {"number":"A-%1$s","customer":"C-1","meter":"%1$s","supply_group":"%2$s","tariff_index":"01",
                 "tariff":"%3$s","debts":[{"reference":"fine","balance":"12.34"}]}""".formatted(number, group, PublishedTariffs.INCLINING));
        return number;
    }

    private static String sale(String meter, String tender) {
        return "{\"meter\":\"%s\",\"tender\":\"%s\",\"currency\":\"ZAR\"}".formatted(meter, tender);
    }

    @Test
    void sale_repeated_isAnsweredByteForByte() {
        String meter = meter("201457");
        HttpResponse<String> first = server.post("/v1/sales", "first", sale(meter, "100.00"));
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        JsonNode sale = TestServer.json(first);
        assertThat(sale.path("state").asString()).isEqualTo("ISSUED");
        assertThat(sale.path("test_only").asBoolean()).isTrue();
        assertThat(sale.path("tokens").size()).isEqualTo(1);
        for (String same : List.of("100.00", "100", "100.0")) {
            HttpResponse<String> again = server.post("/v1/sales", "first", sale(meter, same));
            assertThat(again.statusCode()).isEqualTo(201);
            assertThat(again.body()).isEqualTo(first.body());
        }
        String location = first.headers().firstValue("Location").orElseThrow();
        assertThat(server.get("/v1/sales?request=first").body()).isEqualTo(first.body());
        assertThat(server.get(location).body()).isEqualTo(first.body());
        HttpResponse<String> narrow =
                TestServer.send(server.to(location + "/receipt?paper=MM_58").header("Accept", "text/plain"));
        assertThat(narrow.body().lines().mapToInt(String::length).max().orElseThrow())
                .isEqualTo(32);
        assertThat(server.get(location + "/receipt/message").body())
                .startsWith(TestServer.json(server.get(location + "/receipt"))
                        .path("tokens")
                        .path(0)
                        .path("grouped")
                        .asString());
        HttpResponse<String> pdf =
                TestServer.send(server.to(location + "/receipt").header("Accept", "application/pdf"));
        assertThat(pdf.headers().firstValue("Content-Type")).contains("application/pdf");
        assertThat(pdf.body()).startsWith("%PDF-");
        String text = TestServer.send(server.to(location + "/receipt").header("Accept", "text/plain"))
                .body();
        assertThat(text)
                .contains(
                        "COPY",
                        "TEST ONLY",
                        sale.path("tokens").path(0).path("grouped").asString());
    }

    @Test
    void sale_forAMeterWhoseKeyMustChange_bringsTheKeyChangeFirst() {
        HttpResponse<String> answer =
                server.post("/v1/sales?receipt=true", "key-change", sale(meter("123457"), "100.00"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode tokens = TestServer.json(answer).path("tokens");
        assertThat(tokens.size()).isEqualTo(5);
        assertThat(tokens.path(0).path("kind").asString()).isEqualTo("KEY_CHANGE");
        assertThat(tokens.path(4).path("kind").asString()).isEqualTo("CREDIT");
        assertThat(TestServer.json(answer).path("receipt_text").asString()).doesNotContain("COPY");
    }

    @Test
    void supplyPoint_isFoundByWhateverTheCustomerNames() {
        String meter = meter("201457");
        for (String named : List.of(meter, "A-" + meter, "C-1", "%2B27821234567", "Thandi")) {
            JsonNode found = TestServer.json(server.get("/v1/supply-points?q=" + named));
            assertThat(found.path("items")
                            .path(0)
                            .path("customer")
                            .path("number")
                            .asString())
                    .as(named + found)
                    .isEqualTo("C-1");
        }
        assertThat(TestServer.json(server.get("/v1/accounts/A-" + meter))
                        .path("debts")
                        .path(0)
                        .path("balance")
                        .asString())
                .isEqualTo("12.34");
    }

    /** A refusal of the business is the answer to its request id for ever. M is a meter that is registered. */
    @ParameterizedTest
    @CsvSource({
        "M, 0, ZAR, 422, TENDER_INVALID",
        "M, -5.00, ZAR, 422, TENDER_INVALID",
        "M, 10.001, ZAR, 422, TENDER_INVALID",
        "M, 4.99, ZAR, 422, TENDER_TOO_SMALL",
        "M, 5000.01, ZAR, 422, TENDER_TOO_LARGE",
        "M, 999999999999999999, ZAR, 422, TENDER_TOO_LARGE",
        "M, 100.00, USD, 422, CURRENCY_MISMATCH",
        "07000000005, 100.00, ZAR, 404, METER_UNKNOWN",
        "07000000001, 100.00, ZAR, 422, METER_NUMBER_INVALID",
        "070000, 100.00, ZAR, 422, METER_NUMBER_INVALID",
    })
    void refusal_bindsItsRequest(String meter, String tender, String currency, int status, String code) {
        String number = meter.equals("M") ? meter("201457") : meter;
        String key = "refused-" + code + meter + tender;
        String body = sale(number, tender).replace("ZAR", currency);
        HttpResponse<String> first = server.post("/v1/sales", key, body);
        assertThat(TestServer.json(first).path("code").asString())
                .as(first.body())
                .isEqualTo(code);
        assertThat(first.statusCode()).isEqualTo(status);
        assertThat(server.post("/v1/sales", key, body).body()).isEqualTo(first.body());
        assertThat(server.get("/v1/sales?request=" + key).body()).isEqualTo(first.body());
        HttpResponse<String> other = server.post("/v1/sales", key, sale(meter("201457"), "100.00"));
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(TestServer.json(other).path("code").asString()).isEqualTo("REQUEST_ID_REUSED");
    }

    @Test
    void meter_blocked_isNotSoldTo() {
        String meter = meter("201457");
        office.put("/v1/meters/" + meter + "/status", "block", "{\"status\":\"BLOCKED\"}");
        HttpResponse<String> answer = server.post("/v1/sales", "blocked", sale(meter, "100.00"));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(TestServer.json(answer).path("code").asString()).isEqualTo("METER_BLOCKED");
    }

    @Test
    void record_withAnotherBodyUnderItsNumber_isRefused() {
        HttpResponse<String> other =
                office.post("/v1/customers", "another", "{\"number\":\"C-1\",\"name\":\"Somebody Else\"}");
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("ALREADY_EXISTS").doesNotContain("Thandi", "Somebody");
    }

    @Test
    void equalRequests_atOnce_areOneSaleWithOneAnswer() throws Exception {
        int requests = Boolean.getBoolean("metermint.full") ? 1_000 : 40;
        List<String> meters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            meters.add(meter("201457"));
        }
        // so many connections as a server takes at once; the copies of one request always run together
        Semaphore places = new Semaphore(256);
        List<List<Future<HttpResponse<String>>>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int request = 0; request < requests; request++) {
                String key = "at-once-" + request;
                String body = sale(meters.get(request % meters.size()), "10.00");
                List<Future<HttpResponse<String>>> same = new ArrayList<>();
                places.acquire(8);
                for (int i = 0; i < 8; i++) {
                    same.add(threads.submit(() -> {
                        try {
                            return untilDecided(key, body);
                        } finally {
                            places.release();
                        }
                    }));
                }
                answers.add(same);
            }
        }
        Set<String> tokens = new HashSet<>();
        for (List<Future<HttpResponse<String>>> same : answers) {
            Set<String> bodies = new HashSet<>();
            for (Future<HttpResponse<String>> answer : same) {
                assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(201);
                bodies.add(answer.get().body());
            }
            assertThat(bodies).hasSize(1);
            JsonNode sale = TestServer.JSON.readTree(bodies.iterator().next());
            tokens.add(sale.path("meter").asString()
                    + sale.path("tokens").path(0).path("digits").asString());
        }
        assertThat(tokens).hasSize(requests);
    }

    private static HttpResponse<String> untilDecided(String key, String body) throws InterruptedException {
        while (true) {
            HttpResponse<String> answer = server.post("/v1/sales", key, body);
            if (answer.statusCode() != 503) {
                return answer;
            }
            Thread.sleep(Duration.ofSeconds(
                    Long.parseLong(answer.headers().firstValue("Retry-After").orElseThrow())));
        }
    }

    @Test
    void database_away_isRetryableAndBindsNothing() throws Exception {
        String meter = meter("201457");
        real.takeDatabaseAway();
        try {
            HttpResponse<String> answer = server.post("/v1/sales", "while-away", sale(meter, "100.00"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            JsonNode problem = TestServer.json(answer);
            assertThat(problem.path("code").asString()).isEqualTo("DATABASE_UNAVAILABLE");
            assertThat(problem.path("retryable").asBoolean()).isTrue();
        } finally {
            real.giveDatabaseBack();
        }
        assertThat(untilDecided("while-away", sale(meter, "100.00")).statusCode())
                .isEqualTo(201);
    }
}
