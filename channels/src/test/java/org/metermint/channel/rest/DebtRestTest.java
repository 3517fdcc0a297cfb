package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.token.Luhn;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** Debts over HTTP, each act by a client that may do it and by others that may not. */
class DebtRestTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static RealVending real;
    private static TestServer till;
    private static Map<Role, TestServer> offices;
    private static TestServer secondFinance;

    @BeforeAll
    static void setUp() throws Exception {
        real = new RealVending();
        till = TestServer.start(TestServer.Parts.of(real.vending), real.credential(), Map.of());
        offices = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            offices.put(role, till.as(real.credential("office-" + role.name().toLowerCase(Locale.ROOT), role)));
        }
        secondFinance = till.as(real.credential("office-finance-2", Role.FINANCE));
        TestServer office = as(Role.ADMINISTRATOR);
        made(office, "/v1/supply-groups", """
                {"code":"201457","name":"North","key_revision":1,"key_type":"DUTK","service":"ELECTRICITY"}""");
        made(office, "/v1/tariffs", TariffJson.write(PublishedTariffs.load(PublishedTariffs.INCLINING)));
        made(office, "/v1/customers", "{\"number\":\"C-1\",\"name\":\"Thandi Dlamini\"}");
    }

    @AfterAll
    static void tearDown() throws Exception {
        till.close();
        real.close();
    }

    private static TestServer as(Role role) {
        return offices.get(role);
    }

    private static String key() {
        return "k-" + NUMBERS.incrementAndGet();
    }

    private static JsonNode made(TestServer by, String path, String body) {
        HttpResponse<String> answer = by.post(path, key(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
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

    /** A new account with a meter; its number is A- and the meter's. */
    private static String meter() {
        String body = "01%08d".formatted(NUMBERS.incrementAndGet());
        String number = body + Luhn.checkDigit(body);
        made(as(Role.ADMINISTRATOR), "/v1/meters", """
                {"number":"%s","algorithm":"EA11","supply_group":"201457","key_revision":1,"tariff_index":"01"}""".formatted(number));
        made(as(Role.ADMINISTRATOR), "/v1/accounts", """
                {"number":"A-%1$s","customer":"C-1","meter":"%1$s","supply_group":"201457","tariff_index":"01",\
                "tariff":"%2$s"}""".formatted(number, PublishedTariffs.INCLINING));
        return number;
    }

    /** The path of a debt that a new account owes. */
    private static String owing(String meter, String amount) {
        String path = "/v1/accounts/A-" + meter + "/debts/fine";
        done(as(Role.FINANCE).put(path, key(), """
                {"amount":"%s","terms":{"type":"FINE","label":"Reconnection","priority":1,"since":"2026-01-01",\
                "method":"FIXED_PER_PURCHASE","value":"5.00","due_on":"2026-01-01"}}""".formatted(amount)));
        return path;
    }

    @Test
    void payment_isTakenOnce_byATill_andTakenBackByTwoPersons() {
        String meter = meter();
        String debt = owing(meter, "100.00");
        String path = "/v1/accounts/A-" + meter + "/payments";
        String body = "{\"amount\":\"30.00\",\"currency\":\"ZAR\",\"payment\":\"CARD\"}";
        for (Role role : Role.values()) {
            if (role != Role.SELLER && role != Role.SUPERVISOR) {
                refused(as(role).post(path, key(), body), 403, "ROLE_NOT_ALLOWED");
            }
        }
        String key = key();
        HttpResponse<String> first = till.post(path, key, body);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        JsonNode paid = TestServer.json(first);
        assertThat(paid.path("owed_after").asString()).isEqualTo("70.00");
        assertThat(paid.path("parts").path(0).path("balance_after").asString()).isEqualTo("70.00");
        assertThat(till.post(path, key, body).body()).as("again").isEqualTo(first.body());
        assertThat(till.get("/v1/payments?request=" + key).body()).isEqualTo(first.body());
        refused(till.post(path, key, body.replace("30.00", "31.00")), 409, "REQUEST_ID_REUSED");
        HttpResponse<String> tooMuch = till.post(path, key(), body.replace("30.00", "70.01"));
        refused(tooMuch, 422, "PAYMENT_TOO_LARGE");
        assertThat(tooMuch.body()).contains("70.00 ZAR");
        refused(till.post(path, key(), body.replace("}", ",\"debt\":\"none\"}")), 404, "NOT_FOUND");

        String payment = "/v1/payments/" + paid.path("id").asString();
        assertThat(done(as(Role.AUDITOR).get(payment))).isEqualTo(paid);
        refused(as(Role.SELLER).get(payment), 404, "NOT_FOUND");
        String reversal = payment + "/reversal";
        String why = "{\"reason\":\"wrong account\"}";
        refused(till.post(reversal, key(), why), 403, "ROLE_NOT_ALLOWED");
        made(as(Role.FINANCE), reversal, why);
        refused(as(Role.FINANCE).post(reversal + "/approval", key(), "{}"), 403, "SECOND_PERSON_NEEDED");
        done(secondFinance.post(reversal + "/approval", key(), "{}"));
        assertThat(done(as(Role.AUDITOR).get(reversal)).path("approved").asBoolean())
                .isTrue();
        assertThat(done(till.get("/v1/accounts/A-" + meter))
                        .path("debts")
                        .path(0)
                        .path("balance")
                        .asString())
                .as(debt)
                .isEqualTo("100.00");
    }

    @Test
    void blockingDebtInInstalments_isToldBySalesAndQuotes() {
        String meter = meter();
        String debt = """
                {"amount":"100.00","instalments":12,"terms":{"type":"FINE","label":"Reconnection","priority":1,\
                "since":"2026-01-01","due_on":"2026-01-01","blocks_after_days":15}}""";
        String path = "/v1/accounts/A-" + meter + "/debts/fine";
        JsonNode terms = done(as(Role.FINANCE).put(path, key(), debt)).path("terms");
        assertThat(terms.path("method").asString()).isEqualTo("FIXED_PER_MONTH");
        assertThat(terms.path("value").asString()).isEqualTo("8.34");
        assertThat(terms.path("blocks_after_days").asInt()).isEqualTo(15);
        for (String wrong : new String[] {"0", "601"}) {
            HttpResponse<String> answer = as(Role.FINANCE).put(path, key(), debt.replace(":12", ":" + wrong));
            refused(answer, 422, "FIELD_INVALID");
            assertThat(answer.body()).contains("instalments", "1..600");
        }
        assertThat(as(Role.FINANCE)
                        .put(path, key(), debt.replace("\"instalments\":12,", ""))
                        .body())
                .contains("MEMBER_MISSING", "terms.method");
        assertThat(as(Role.FINANCE)
                        .put(path, key(), debt.replace("\"priority\"", "\"value\":\"1\",\"priority\""))
                        .body())
                .contains("FIELD_INVALID", "instalments");
        refused(as(Role.FINANCE).put(path, key(), debt.replace(":15", ":-1")), 422, "FIELD_INVALID");

        HttpResponse<String> sale = till.post(
                "/v1/sales", key(), "{\"meter\":\"" + meter + "\",\"tender\":\"100.00\",\"currency\":\"ZAR\"}");
        refused(sale, 422, "DEBT_UNPAID");
        assertThat(sale.body()).contains("Reconnection 100.00 ZAR");
        refused(till.get("/v1/quotes?meter=" + meter + "&tender=100.00&currency=ZAR"), 422, "DEBT_UNPAID");
    }

    @Test
    void unitsInAdvance_areValuedOnce_andOwed() {
        String meter = meter();
        String path = "/v1/accounts/A-" + meter + "/advances/installed";
        for (Role role : Role.values()) {
            if (role != Role.FINANCE) {
                refused(as(role).put(path, key(), "{\"units\":\"20\"}"), 403, "ROLE_NOT_ALLOWED");
            }
        }
        JsonNode advance = done(as(Role.FINANCE).put(path, key(), "{\"units\":\"20\"}"));
        assertThat(advance.path("units").asString()).isEqualTo("20.0");
        assertThat(advance.path("debt").path("balance").asString())
                .isEqualTo(advance.path("amount").asString());
        assertThat(advance.path("debt").path("terms").path("value").asString()).isEqualTo("10");
        assertThat(done(secondFinance.put(path, key(), "{\"units\":\"20.0\"}"))).isEqualTo(advance);
        assertThat(done(as(Role.AUDITOR).get(path))).isEqualTo(advance);
        refused(as(Role.FINANCE).put(path, key(), "{\"units\":\"21\"}"), 409, "ALREADY_EXISTS");
        refused(as(Role.FINANCE).put(path, key(), "{\"units\":\"20.05\"}"), 422, "UNITS_INVALID");
        String other = "/v1/accounts/A-" + meter + "/advances/other";
        refused(as(Role.FINANCE).put(other, key(), "{\"units\":\"20\",\"percent\":\"0\"}"), 422, "FIELD_INVALID");
    }

    @Test
    void change_isAskedForByOne_andApprovedByAnother() {
        String debt = owing(meter(), "100.00");
        String body = "{\"kind\":\"WRITE_OFF\",\"amount\":\"40.00\",\"reason\":\"court order\"}";
        for (Role role : Role.values()) {
            if (role != Role.FINANCE) {
                refused(as(role).post(debt + "/changes", key(), body), 403, "ROLE_NOT_ALLOWED");
            }
        }
        JsonNode asked = TestServer.json(as(Role.FINANCE).post(debt + "/changes", "asked", body));
        assertThat(TestServer.json(as(Role.FINANCE).post(debt + "/changes", "asked", body)))
                .as("again")
                .isEqualTo(asked);
        refused(
                as(Role.FINANCE).post(debt + "/changes", "asked", body.replace("40.00", "41.00")),
                409,
                "REQUEST_ID_REUSED");
        refused(as(Role.FINANCE).post(debt + "/changes", key(), body.replace("40.00", "40.001")), 422, "FIELD_INVALID");
        String change = debt + "/changes/" + asked.path("id").asLong();
        refused(as(Role.FINANCE).post(change + "/approval", key(), "{}"), 403, "SECOND_PERSON_NEEDED");
        JsonNode approved = done(secondFinance.post(change + "/approval", key(), "{}"));
        assertThat(approved.path("approved").asBoolean()).isTrue();
        assertThat(approved.path("balance_before").asString()).isEqualTo("100.00");
        assertThat(approved.path("balance_after").asString()).isEqualTo("60.00");
        refused(secondFinance.post(change + "/rejection", key(), "{}"), 409, "ALREADY_DECIDED");
        assertThat(done(as(Role.AUDITOR).get(debt + "/changes")).path("items").path(0))
                .isEqualTo(approved);
        refused(till.get(debt + "/changes"), 403, "ROLE_NOT_ALLOWED");
    }
}
