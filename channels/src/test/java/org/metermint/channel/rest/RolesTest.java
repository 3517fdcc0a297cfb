package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.Role;

/** Who may sell, and who may change the registers that prices and meters come from. */
class RolesTest {
    private static final FakeVending VENDING = new FakeVending();
    private static final Set<Role> SELLING = EnumSet.of(Role.SELLER, Role.SUPERVISOR);
    private static final Set<Role> REGISTERING = EnumSet.of(Role.ADMINISTRATOR);

    private static TestServer server;

    @BeforeAll
    static void start() {
        VENDING.desk = request -> new SaleAnswer.Sold(FakeVending.sale(request));
        VENDING.credentials = id -> Optional.of(FakeVending.client(id, Role.valueOf(id.toUpperCase(Locale.ROOT))));
        server = TestServer.start(VENDING.parts(), FakeVending.CREDENTIAL, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void sellersSell_andNobodyElse() {
        String sale = "{\"meter\":\"01234567897\",\"tender\":\"100.00\",\"currency\":\"ZAR\"}";
        onlyFor(SELLING, "POST", "/v1/sales", sale);
        onlyFor(SELLING, "POST", "/v1/sales/advice", "{\"request\":\"once\"}");
        String made = TestServer.json(as(Role.SELLER).post("/v1/sales", "once", sale))
                .path("id")
                .asString();
        onlyFor(SELLING, "POST", "/v1/sales/" + made + "/confirmation", "{}");
        onlyFor(SELLING, "POST", "/v1/sales/" + made + "/resend", "{}");
    }

    @Test
    void administratorsChangeTheRegisters_andNobodyElse() {
        onlyFor(
                REGISTERING,
                "POST",
                "/v1/supply-groups",
                "{\"code\":\"123456\",\"name\":\"North\",\"key_revision\":1,\"key_type\":\"DUTK\","
                        + "\"service\":\"ELECTRICITY\"}");
        onlyFor(REGISTERING, "PUT", "/v1/supply-groups/123456/key", "{\"revision\":2}");
        onlyFor(REGISTERING, "POST", "/v1/tariffs", TariffJson.write(FakeVending.TARIFF));
        onlyFor(REGISTERING, "POST", "/v1/customers", "{\"number\":\"C-1\",\"name\":\"A. Person\"}");
        onlyFor(
                REGISTERING,
                "POST",
                "/v1/meters",
                "{\"number\":\"01234567897\",\"algorithm\":\"EA07\",\"supply_group\":\"123456\",\"key_revision\":1,"
                        + "\"tariff_index\":\"01\"}");
        onlyFor(REGISTERING, "PUT", "/v1/meters/01234567897/status", "{\"status\":\"BLOCKED\"}");
        onlyFor(
                REGISTERING,
                "POST",
                "/v1/accounts",
                "{\"number\":\"A-1\",\"customer\":\"C-1\",\"supply_group\":\"123456\",\"tariff_index\":\"01\","
                        + "\"tariff\":\"flat\"}");
        onlyFor(REGISTERING, "PUT", "/v1/accounts/A-1/facts", "{\"phases\":3}");
        onlyFor(
                REGISTERING,
                "PUT",
                "/v1/accounts/A-1/meter",
                "{\"meter\":\"01234567897\",\"reason\":\"display dark\"}");
        onlyFor(
                REGISTERING,
                "POST",
                "/v1/rates",
                "{\"table\":\"FUEL\",\"version\":1,\"effective_from\":\"2026-01-01T00:00:00Z\",\"rate\":\"0.5\"}");
        onlyFor(
                REGISTERING,
                "POST",
                "/v1/letterheads",
                "{\"address\":[\"1 Weir Road\"],\"tax_number\":\"4012345678\",\"invoice_title\":\"TAX INVOICE\","
                        + "\"customer\":\"MASKED\"}");
        onlyFor(REGISTERING, "DELETE", "/v1/customers/C-1/personal-data", "");
    }

    @Test
    void pricesAreApprovedByFinanceAndAdministrators_andSeenByAuditorsToo() {
        Set<Role> deciding = EnumSet.of(Role.FINANCE, Role.ADMINISTRATOR);
        Set<Role> seeing = EnumSet.of(Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR);
        as(Role.ADMINISTRATOR).post("/v1/tariffs", "once", TariffJson.write(FakeVending.TARIFF));
        onlyFor(deciding, "POST", "/v1/tariffs/flat/versions/1/approval", "");
        onlyFor(deciding, "POST", "/v1/tariffs/flat/versions/1/rejection", "{\"reason\":\"why\"}");
        onlyFor(seeing, "GET", "/v1/tariffs/drafts", "");
        onlyFor(deciding, "POST", "/v1/rates/FUEL/versions/1/approval", "");
        onlyFor(deciding, "POST", "/v1/rates/FUEL/versions/1/rejection", "{\"reason\":\"why\"}");
        onlyFor(seeing, "GET", "/v1/rates/drafts", "");
        onlyFor(seeing, "GET", "/v1/tariffs/flat/versions/1/draft", "");
    }

    @Test
    void listsOfFreeUnits_areForTheOffice_andClaimsForThoseWhoCount() {
        Set<Role> office = EnumSet.of(Role.ADMINISTRATOR, Role.FINANCE);
        onlyFor(office, "PUT", "/v1/free-units/lists/poor/accounts/A-1", "{\"units\":\"50\",\"first\":\"2026-07\"}");
        onlyFor(EnumSet.of(Role.ADMINISTRATOR, Role.FINANCE, Role.AUDITOR), "GET", "/v1/free-units/lists", "");
        onlyFor(EnumSet.of(Role.FINANCE, Role.AUDITOR), "GET", "/v1/free-units/claims?month=2026-07", "");
    }

    private static void onlyFor(Set<Role> roles, String method, String path, String body) {
        for (Role role : Role.values()) {
            HttpResponse<String> answer = TestServer.send(as(role).to(path)
                    .header("Idempotency-Key", "once")
                    .header("Content-Type", "application/json")
                    .method(method, java.net.http.HttpRequest.BodyPublishers.ofString(body)));
            if (roles.contains(role)) {
                assertThat(answer.statusCode()).as(role + path + answer.body()).isBetween(200, 202);
            } else {
                assertThat(answer.statusCode()).as(role + path + answer.body()).isEqualTo(403);
                assertThat(TestServer.json(answer).path("code").asString()).isEqualTo("ROLE_NOT_ALLOWED");
            }
        }
    }

    private static TestServer as(Role role) {
        return server.as(role.name().toLowerCase(Locale.ROOT) + ":secret");
    }
}
