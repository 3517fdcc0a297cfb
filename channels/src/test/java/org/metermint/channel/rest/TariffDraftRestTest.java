package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.metermint.vending.tariff.PublishedTariffs;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** A price is changed over HTTP, by two clients. */
@Tag("database")
class TariffDraftRestTest {
    private static final String ID = PublishedTariffs.INCLINING;
    private static final AtomicInteger KEYS = new AtomicInteger();

    private static JsonNode answered(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return TestServer.json(answer);
    }

    private static JsonNode post(int status, TestServer by, String path, String body) {
        return answered(status, by.post(path, "k-" + KEYS.incrementAndGet(), body));
    }

    private static String version(int number, String from) {
        return TariffJson.write(PublishedTariffs.load(ID))
                .replace("\"version\":1", "\"version\":" + number)
                .replaceAll("\"effectiveFrom\":\"[^\"]*\"", "\"effectiveFrom\":\"" + from + "\"");
    }

    @Test
    void versionOfATariffThatAccountsUse_isAcceptedAsADraft_andPricesOnceAnotherClientApproved() throws Exception {
        try (RealVending real = new RealVending();
                TestServer admin = TestServer.start(
                        TestServer.Parts.of(real.vending), real.credential("admin", Role.ADMINISTRATOR), Map.of())) {
            TestServer finance = admin.as(real.credential("finance", Role.FINANCE));
            post(201, admin, "/v1/tariffs", version(1, "2025-06-30T22:00:00Z"));
            assertThat(post(201, admin, "/v1/tariffs", version(2, "2025-12-31T22:00:00Z"))
                            .path("version")
                            .asInt())
                    .as("no account uses it")
                    .isEqualTo(2);
            post(
                    201,
                    admin,
                    "/v1/supply-groups",
                    "{\"code\":\"201457\",\"name\":\"North\",\"key_revision\":1,\"key_type\":\"DUTK\","
                            + "\"service\":\"ELECTRICITY\"}");
            post(201, admin, "/v1/customers", "{\"number\":\"C-1\",\"name\":\"A. Person\"}");
            post(
                    201,
                    admin,
                    "/v1/accounts",
                    "{\"number\":\"A-1\",\"customer\":\"C-1\",\"supply_group\":\"201457\",\"tariff_index\":\"01\","
                            + "\"tariff\":\"" + ID + "\"}");

            String place = "/v1/tariffs/" + ID + "/versions/3";
            assertThat(post(422, admin, "/v1/tariffs", version(3, "2025-12-31T22:00:00Z"))
                            .path("detail")
                            .asString())
                    .contains("effectiveFrom");
            JsonNode draft = post(202, admin, "/v1/tariffs", version(3, "2099-06-30T22:00:00Z"));
            assertThat(draft.path("proposed_by").asString()).isEqualTo("admin");
            assertThat(draft.has("approved")).isFalse();
            assertThat(draft.path("document").path("energy").path("kind").asString())
                    .isEqualTo("BLOCKS");
            assertThat(post(202, admin, "/v1/tariffs", version(3, "2099-06-30T22:00:00Z")))
                    .as("once more")
                    .isEqualTo(draft);
            answered(404, admin.get(place));
            assertThat(post(403, admin, place + "/approval", "").path("code").asString())
                    .isEqualTo("SECOND_PERSON_NEEDED");

            JsonNode rejected = post(200, finance, place + "/rejection", "{\"reason\":\"the year is wrong\"}");
            assertThat(rejected.path("approved").asBoolean(true)).isFalse();
            post(202, admin, "/v1/tariffs", version(3, "2098-06-30T22:00:00Z"));
            JsonNode approved = post(200, finance, place + "/approval", "");
            assertThat(approved.path("decided_by").asString()).isEqualTo("finance");
            assertThat(answered(200, admin.get(place)).path("effectiveFrom").asString())
                    .isEqualTo("2098-06-30T22:00:00Z");
            assertThat(answered(200, admin.get(place + "/draft"))).isEqualTo(approved);
            JsonNode page = answered(200, admin.get("/v1/tariffs/drafts?limit=1"));
            assertThat(page.path("items").get(0)).isEqualTo(rejected);
            assertThat(answered(
                                    200,
                                    admin.get("/v1/tariffs/drafts?cursor="
                                            + page.path("next").asString()))
                            .path("items")
                            .get(0))
                    .isEqualTo(approved);
        }
    }
}
