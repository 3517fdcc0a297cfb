package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.token.Luhn;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** Free units over HTTP: a list by two persons, its units along with a sale and alone, and what its funder owes. */
@Tag("database")
class FreeUnitsRestTest {
    private static final String LIST = "/v1/free-units/lists/mopane";

    private static RealVending real;
    private static TestServer till;
    private static TestServer clerk;
    private static TestServer chief;

    @BeforeAll
    static void setUp() throws Exception {
        real = new RealVending();
        till = TestServer.start(TestServer.Parts.of(real.vending), real.credential(), Map.of());
        clerk = till.as(real.credential("clerk", Role.FINANCE));
        chief = till.as(real.credential("chief", Role.FINANCE));
        TestServer admin = till.as(real.credential("admin", Role.ADMINISTRATOR));
        admin.post("/v1/supply-groups", "g", """
                {"code":"201457","name":"Group","key_revision":1,"key_type":"DUTK","service":"ELECTRICITY"}""");
        admin.post("/v1/tariffs", "t", TariffJson.write(PublishedTariffs.load(PublishedTariffs.INCLINING)));
        admin.post("/v1/customers", "c", "{\"number\":\"C-1\",\"name\":\"Thandi Dlamini\"}");
        for (int i = 1; i <= 2; i++) {
            String meter = meter(i);
            admin.post("/v1/meters", "m" + i, """
                    {"number":"%s","algorithm":"EA11","supply_group":"201457","key_revision":1,"tariff_index":"01"}""".formatted(meter));
            HttpResponse<String> account =
                    admin.post("/v1/accounts", "a" + i, """
                    {"number":"A-%d","customer":"C-1","meter":"%s","supply_group":"201457","tariff_index":"01","tariff":"%s"}""".formatted(i, meter, PublishedTariffs.INCLINING));
            assertThat(account.statusCode()).as(account.body()).isEqualTo(201);
        }
    }

    @AfterAll
    static void tearDown() throws Exception {
        till.close();
        real.close();
    }

    @Test
    void unitsOfAList_comeAlongAndAlone_onceAMonth_andAreClaimed() {
        assertThat(refused(till.post("/v1/sales", "early", claim(1)))).isEqualTo("NOT_ENTITLED");
        JsonNode recorded = TestServer.json(
                clerk.put(LIST, "l", "{\"funder\":\"Municipality of Mopane\",\"automatic\":true,\"rate\":\"1.55\"}"));
        assertThat(recorded.path("accounts").asInt()).isZero();
        for (int i = 1; i <= 2; i++) {
            HttpResponse<String> put =
                    clerk.put(LIST + "/accounts/A-" + i, "e" + i, "{\"units\":\"50\",\"first\":\"2020-01\"}");
            assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        }
        assertThat(refused(clerk.put(LIST + "/accounts/A-1", "e3", "{\"units\":\"1638.4\",\"first\":\"2020-01\"}")))
                .isEqualTo("FIELD_INVALID");
        assertThat(refused(clerk.post(LIST + "/approval", "own", "{}"))).isEqualTo("SECOND_PERSON_NEEDED");
        JsonNode approved = TestServer.json(chief.post(LIST + "/approval", "other", "{}"));
        assertThat(approved.path("units").asString()).isEqualTo("100.0");
        assertThat(approved.path("approved").asBoolean()).isTrue();
        assertThat(TestServer.json(till.get("/v1/free-units/accounts/A-1"))
                        .path("units")
                        .asString())
                .isEqualTo("50.0");

        JsonNode trial = TestServer.json(till.post("/v1/sales/trial", "try", paid(1)));
        assertThat(trial.path("free_units").asString()).isEqualTo("50.0");
        JsonNode sale = TestServer.json(till.post("/v1/sales?receipt=true", "paid", paid(1)));
        assertThat(sale.path("tokens").path(0).path("kind").asString()).isEqualTo("FREE");
        assertThat(sale.path("tokens").path(1).path("kind").asString()).isEqualTo("CREDIT");
        assertThat(sale.path("free_units").path("units").asString()).isEqualTo("50.0");
        assertThat(sale.path("receipt_text").asString())
                .contains(sale.path("tokens").path(0).path("grouped").asString());
        assertThat(refused(till.post("/v1/sales", "again", claim(1)))).isEqualTo("FREE_UNITS_TAKEN");

        JsonNode alone = TestServer.json(till.post("/v1/sales", "alone", claim(2)));
        assertThat(alone.path("tender").asString()).isEqualTo("0.00");
        assertThat(alone.path("units").asString()).isEqualTo("50.0");
        assertThat(alone.path("tokens").size()).isEqualTo(1);

        ZonedDateTime taken = OffsetDateTime.parse(alone.path("received_at").asString())
                .atZoneSameInstant(ZoneId.of("Africa/Johannesburg"));
        JsonNode claims = TestServer.json(chief.get("/v1/free-units/claims?month=" + YearMonth.from(taken)));
        assertThat(claims.path(0).path("accounts").asInt()).isEqualTo(2);
        assertThat(claims.path(0).path("amount").asString()).isEqualTo("155.00");
    }

    @Test
    void claimWithATender_isRefusedByItsField() {
        HttpResponse<String> both = till.post(
                "/v1/sales",
                "both",
                "{\"meter\":\"" + meter(1) + "\",\"free_units\":true,\"tender\":\"100.00\",\"currency\":\"ZAR\"}");
        assertThat(both.statusCode()).isEqualTo(422);
        assertThat(both.body()).contains("tender", "free units cost nothing");
        assertThat(refused(chief.get("/v1/free-units/claims?month=July"))).isEqualTo("FIELD_INVALID");
    }

    private static String refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isGreaterThanOrEqualTo(400);
        return TestServer.json(answer).path("code").asString();
    }

    private static String claim(int number) {
        return "{\"meter\":\"" + meter(number) + "\",\"free_units\":true}";
    }

    private static String paid(int number) {
        return "{\"meter\":\"" + meter(number) + "\",\"tender\":\"100.00\",\"currency\":\"ZAR\"}";
    }

    private static String meter(int number) {
        String body = "0100%06d".formatted(number);
        return body + Luhn.checkDigit(body);
    }
}
