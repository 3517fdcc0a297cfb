package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.JournalEntry.Kind;
import org.metermint.vending.ledger.JournalEntry.Posting;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** The books over HTTP: pages that miss nothing, for those who may read them. */
class LedgerRestTest {
    private static final List<String> PATHS = List.of("/v1/ledger/accounts", "/v1/ledger/entries", "/v1/ledger/closes");

    private static RealVending real;
    private static UtilityId utility;
    private static TestServer seller;
    private static TestServer auditor;

    @BeforeAll
    static void book() throws Exception {
        real = new RealVending();
        utility = real.vending.utilities().byCode("test").orElseThrow().id();
        seller = TestServer.start(TestServer.Parts.of(real.vending), real.credential(), Map.of());
        auditor = as(Role.AUDITOR);
        Ledger ledger = real.vending.ledger();
        Instant now = Clock.systemUTC().instant();
        for (int i = 1; i <= 7; i++) {
            Instant at = now.minus(Duration.ofDays(8 - i));
            ledger.post(
                    utility,
                    new JournalEntry(
                            ledger.nextId(utility, at),
                            Kind.CORRECTION,
                            Optional.empty(),
                            Optional.of("slip " + i),
                            Optional.empty(),
                            at,
                            List.of(new Posting("bank/main", i), new Posting("over-short", -i))));
        }
        real.vending.dailyClose().close(utility, now);
    }

    @AfterAll
    static void close() throws Exception {
        seller.close();
        real.close();
    }

    private static TestServer as(Role role) {
        return seller.as(real.credential("reader-" + role.name().toLowerCase(Locale.ROOT), role));
    }

    private static JsonNode get(String path) {
        HttpResponse<String> answer = auditor.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return TestServer.json(answer);
    }

    /** One member of every item, page by page. */
    private static List<String> all(String path, String member) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = get(path + "?limit=2" + cursor);
            page.path("items").forEach(item -> seen.add(item.path(member).asString()));
            cursor = page.has("next") ? "&cursor=" + page.path("next").asString() : "";
        } while (!cursor.isEmpty());
        return seen;
    }

    @Test
    void pages_ofTheBooks_missNothing() {
        assertThat(all("/v1/ledger/entries", "reference"))
                .containsExactly("slip 1", "slip 2", "slip 3", "slip 4", "slip 5", "slip 6", "slip 7");
        assertThat(all("/v1/ledger/accounts", "balance")).containsExactly("0.28", "-0.28");
        List<String> days = all("/v1/ledger/closes", "day");
        assertThat(days).hasSizeGreaterThanOrEqualTo(6).doesNotHaveDuplicates();
        assertThat(days.reversed()).isSorted();
    }

    @Test
    void entry_showsItsPostingsInMajorUnits() {
        JsonNode entry = get("/v1/ledger/entries?limit=1").path("items").path(0);
        assertThat(entry.path("kind").asString()).isEqualTo("CORRECTION");
        assertThat(entry.path("postings").path(0).path("account").asString()).isEqualTo("bank/main");
        assertThat(entry.path("postings").path(1).path("amount").asString()).isEqualTo("-0.01");
        assertThat(entry.has("sale")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"SELLER", "SUPERVISOR", "ADMINISTRATOR"})
    void books_areForThoseWhoMayReadThem(Role role) {
        TestServer other = as(role);
        for (String path : PATHS) {
            assertThat(other.get(path).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(TestServer.send(auditor.anonymous(PATHS.getFirst())).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cursor=x", "cursor=MTIz", "limit=0", "limit=101"})
    void parameter_thatIsNotValid_isAProblem(String parameter) {
        for (String path : PATHS.subList(1, 3)) {
            HttpResponse<String> answer = auditor.get(path + "?" + parameter);
            assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(400);
            assertThat(TestServer.json(answer).path("code").asString()).isEqualTo("PARAMETER_INVALID");
        }
    }
}
