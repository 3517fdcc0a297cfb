package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** What the interface promises by itself, whatever vending decides. */
class RestContractTest {
    private static final FakeVending VENDING = new FakeVending();
    private static final String SALE = "{\"meter\":\"01234567897\",\"tender\":\"100.00\",\"currency\":\"ZAR\"}";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(VENDING.parts(), FakeVending.CREDENTIAL, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void reset() {
        VENDING.desk = request -> new SaleAnswer.Sold(FakeVending.sale(request));
        VENDING.credentials = id -> Optional.of(FakeVending.client(id));
    }

    @Test
    void sale_made_isFoundAgainUnderItsLocation() {
        HttpResponse<String> made = server.post("/v1/sales", "sale-1", SALE);
        assertThat(made.statusCode()).isEqualTo(201);
        JsonNode sale = TestServer.json(made);
        assertThat(sale.path("tender").asString()).isEqualTo("100.00");
        assertThat(sale.path("units").asString()).isEqualTo("40.0");
        assertThat(sale.path("received_at").asString()).isEqualTo("2026-07-15T10:20:30.123456Z");
        assertThat(sale.path("tokens").path(0).path("digits").asString()).hasSize(20);
        assertThat(sale.path("lines").path(1).path("amount").asString()).isEqualTo("13.04");
        assertThat(sale.has("receipt")).isFalse();
        String location = made.headers().firstValue("Location").orElseThrow();
        assertThat(server.get(location).body()).isEqualTo(made.body());
    }

    @Test
    void sale_askedForByItsRequest_isTheSame() {
        HttpResponse<String> made = server.post("/v1/sales", "sale/2", SALE);
        HttpResponse<String> again = server.get("/v1/sales?request=sale%2F2");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(made.body());
    }

    @Test
    void receipt_askedForWithTheSale_isTheFirst() {
        JsonNode sale = TestServer.json(server.post("/v1/sales?receipt=true", "sale-4", SALE));
        assertThat(sale.path("receipt").path("copy").asBoolean()).isFalse();
        assertThat(sale.path("receipt").path("issued_at").asString()).isEqualTo("2026-07-15T12:20:30.123456+02:00");
        assertThat(sale.path("receipt_text").asString()).isEqualTo("RECEIPT\n");
    }

    @Test
    void receipt_reprinted_isMarkedAsCopyInBothForms() {
        String location = server.post("/v1/sales", "sale-3", SALE)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        assertThat(TestServer.json(server.get(location + "/receipt"))
                        .path("copy")
                        .asBoolean())
                .isTrue();
        HttpResponse<String> text =
                TestServer.send(server.to(location + "/receipt").header("Accept", "text/plain"));
        assertThat(text.headers().firstValue("Content-Type")).hasValue("text/plain;charset=UTF-8");
        assertThat(text.body()).isEqualTo("COPY\n");
        HttpResponse<String> none = TestServer.send(
                server.to("/v1/sales/" + UUID.randomUUID() + "/receipt").header("Accept", "text/plain"));
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(TestServer.json(none).path("code").asString()).isEqualTo("NOT_FOUND");
    }

    @ParameterizedTest
    @EnumSource
    void refusal_ofEveryCode_isAProblemWithItsStatus(RefusalCode code) {
        UUID sale = UUID.randomUUID();
        VENDING.desk = request -> new SaleAnswer.Refused(new Refusal(code, "why"), Optional.of(sale));
        HttpResponse<String> answer = server.post("/v1/sales", "refused", SALE);
        assertThat(answer.statusCode()).isEqualTo(Problem.status(code).value());
        JsonNode problem = TestServer.json(answer);
        assertThat(problem.path("code").asString()).isEqualTo(code.name());
        assertThat(problem.path("remedy").asString()).isEqualTo(code.remedy());
        assertThat(problem.path("detail").asString()).isEqualTo("why");
        assertThat(problem.path("instance").asString()).isEqualTo("/v1/sales/" + sale);
        assertThat(problem.path("retryable").asBoolean()).isEqualTo(code.retryable());
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(code.retryable());
        assertThat(server.post("/v1/sales", "refused", SALE).body()).isEqualTo(answer.body());
    }

    @Test
    void database_downWhileTheCredentialIsChecked_isRetryable() {
        VENDING.credentials = id -> {
            throw new RefusedException(RefusalCode.DATABASE_UNAVAILABLE, "no answer");
        };
        HttpResponse<String> answer = server.post("/v1/sales", "down", SALE);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(TestServer.json(answer).path("retryable").asBoolean()).isTrue();
    }

    @Test
    void bug_behindTheDesk_showsAReferenceAndNothingElse() {
        VENDING.desk = request -> {
            throw new IllegalStateException("inner secret");
        };
        HttpResponse<String> answer = server.post("/v1/sales", "bug", SALE);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("INTERNAL", "reference").doesNotContain("secret", "IllegalState");
        VENDING.credentials = id -> {
            throw new IllegalStateException("inner secret");
        };
        HttpResponse<String> inFilter = server.get("/v1/tariffs");
        assertThat(inFilter.statusCode()).isEqualTo(500);
        assertThat(inFilter.body()).contains("INTERNAL").doesNotContain("secret", "IllegalState");
    }

    @Test
    void registers_answerWhatTheyKeep() {
        VENDING.credentials = id -> Optional.of(FakeVending.client(id, Role.ADMINISTRATOR));
        String group = "{\"code\":\"123456\",\"name\":\"North\",\"key_revision\":1,\"key_type\":\"DUTK\","
                + "\"service\":\"ELECTRICITY\"}";
        keeps("/v1/supply-groups", "/v1/supply-groups/123456", group);
        String meter = "{\"number\":\"600727012345678977\",\"algorithm\":\"EA07\",\"supply_group\":\"123456\","
                + "\"key_revision\":1,\"tariff_index\":\"01\",\"key_type\":\"DUTK\",\"key_change_tokens\":2,"
                + "\"status\":\"ACTIVE\",\"last_token_identifiers\":{\"1993\":16000000},\"credit\":\"UNITS\"}";
        keeps("/v1/meters", "/v1/meters/01234567897", meter);
        String customer = "{\"number\":\"C-1\",\"name\":\"A. Person\",\"phone\":\"+27821234567\","
                + "\"address\":\"1 Long Street\"}";
        keeps("/v1/customers", "/v1/customers/C-1", customer);
        String account = "{\"number\":\"A-1\",\"customer\":\"C-1\",\"meter\":\"600727012345678977\","
                + "\"supply_group\":\"123456\",\"tariff_index\":\"01\",\"tariff\":\"flat\","
                + "\"position\":{\"month\":\"2026-07\",\"units\":\"120.500000\"},"
                + "\"debts\":[{\"reference\":\"fine\",\"balance\":\"250.00\"}]}";
        keeps("/v1/accounts", "/v1/accounts/A-1", account);
        String known = "{\"usage_class\":\"R2\",\"average_units\":\"182.5\",\"kilowatts\":\"3.5\",\"phases\":3,"
                + "\"opened_on\":\"2026-07-01\"}";
        HttpResponse<String> facts = server.put("/v1/accounts/A-1/facts", "know", known);
        assertThat(TestServer.json(facts).path("facts")).isEqualTo(TestServer.JSON.readTree(known));
        keeps(
                "/v1/accounts",
                "/v1/accounts/A-2",
                account.replace("A-1", "A-2").replace("\"position\"", "\"facts\":" + known + ",\"position\""));
        String rate =
                "{\"table\":\"FUEL_COST\",\"version\":1,\"effective_from\":\"2026-07-01T00:00:00Z\",\"rate\":\"3.21\"}";
        assertThat(TestServer.json(server.post("/v1/rates", "rate", rate))).isEqualTo(TestServer.JSON.readTree(rate));
        assertThat(TestServer.json(server.get("/v1/rates")).path("items").path(0))
                .isEqualTo(TestServer.JSON.readTree(rate));
        keeps(
                "/v1/tariffs",
                "/v1/tariffs/flat/versions/1",
                org.metermint.vending.tariff.TariffJson.write(FakeVending.TARIFF));

        JsonNode found = TestServer.json(server.get("/v1/supply-points?q=%2B27821234567"));
        assertThat(found.path("items").path(0).path("customer").path("number").asString())
                .isEqualTo("C-1");

        HttpResponse<String> blocked = server.put("/v1/meters/01234567897/status", "block", "{\"status\":\"BLOCKED\"}");
        assertThat(TestServer.json(blocked).path("status").asString()).isEqualTo("BLOCKED");
        HttpResponse<String> moved = server.put("/v1/supply-groups/123456/key", "move", "{\"revision\":2}");
        assertThat(TestServer.json(moved).path("key_revision").asInt()).isEqualTo(2);
    }

    private static void keeps(String collection, String record, String body) {
        HttpResponse<String> registered = server.post(collection, "register", body);
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
        assertThat(TestServer.json(registered)).isEqualTo(TestServer.JSON.readTree(body));
        assertThat(server.get(record).body()).isEqualTo(registered.body());
        assertThat(server.post(collection, "register", body).body()).isEqualTo(registered.body());
    }

    @Test
    void record_notThere_isNotFound() {
        for (String path : List.of(
                "/v1/customers/none",
                "/v1/accounts/none",
                "/v1/accounts/a%07b",
                "/v1/meters/07000000005",
                "/v1/supply-groups/999999",
                "/v1/tariffs/none/versions/1",
                "/v1/sales/" + UUID.randomUUID(),
                "/v1/sales?request=none")) {
            HttpResponse<String> answer = server.get(path);
            assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(404);
            assertThat(TestServer.json(answer).path("code").asString()).isEqualTo("NOT_FOUND");
        }
    }

    @Test
    void page_endsWithTheCursorOfTheNext() {
        List<String> all = IntStream.range(0, 7).mapToObj(i -> "k" + i).toList();
        List<String> seen = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<String> page = Page.of(all, cursor, 3, key -> key);
            seen.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent());
        assertThat(seen).isEqualTo(all);
        assertThat(Page.of(all, Optional.empty(), 7, key -> key).next()).isEmpty();
    }

    @Test
    void description_isServedToEverybody() {
        HttpResponse<String> answer = TestServer.send(server.anonymous("/v1/openapi.json"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestServer.json(answer).path("openapi").asString()).startsWith("3.1");
    }
}
