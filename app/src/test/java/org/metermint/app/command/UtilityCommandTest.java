package org.metermint.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandRun;
import org.metermint.app.server.Server;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.utility.Utility;
import tools.jackson.databind.JsonNode;

/** Several utilities, set up on the machine of the server, without a server and beside one. */
class UtilityCommandTest {
    private static final String[] LAKESIDE = {
        "add", "lakeside", "--name", "Lakeside Power", "--currency", "KES", "--zone", "Africa/Nairobi"
    };

    @TempDir
    Path parent;

    @Test
    void utilities_areAddedShownAndChanged_withoutAServer() {
        JsonNode added = run(0, new UtilityCommand(), LAKESIDE);
        assertThat(added.path("client_id").asString()).isEqualTo("lakeside.till-1");
        assertThat(added.path("client_secret").asString()).hasSize(43);
        JsonNode again = run(0, new UtilityCommand(), LAKESIDE);
        assertThat(again.has("client_secret")).as("shown once").isFalse();
        JsonNode all = run(0, new UtilityCommand(), "list");
        assertThat(all.findValuesAsString("code")).containsExactly("demo", "lakeside");
        run(0, new UtilityCommand(), "change", "lakeside", "--largest-tender", "777", "--key-change", "refuse");
        JsonNode shown = run(0, new UtilityCommand(), "show", "lakeside");
        assertThat(shown.path("largest_tender").asLong()).isEqualTo(777);
        assertThat(shown.path("key_change").asString()).isEqualTo("refuse");
        assertThat(shown.path("name").asString()).as("left as it was").isEqualTo("Lakeside Power");

        assertThat(refusal("change", "demo", "--name", "Other")).contains("configuration file", "written over it");
        assertThat(refusal("show", "nowhere")).contains("no utility 'nowhere'", "utility list");
        assertThat(refusal("change", "lakeside", "--zone", "Moon/Base")).contains("is not a time zone");
        assertThat(refusal("change", "lakeside", "--smallest-tender", "1000")).contains("outside 1..777");
        assertThat(refusal("add", "Lake Side", "--name", "L", "--currency", "KES", "--zone", "UTC"))
                .contains("1 to 32 characters");
        assertThat(refusal("add", "lakeside", "--name", "L", "--currency", "ZAR", "--zone", "UTC"))
                .contains("other settings");
        assertThat(refusal("add", "elsewhere", "--currency", "ZAR", "--zone", "UTC"))
                .contains("--name is missing");
    }

    @Test
    void utility_addedBesideARunningServer_sellsFromThenOn_andErasesPeople() throws Exception {
        Settings settings = Settings.defaults().with(Setting.HTTP_PORT, "0");
        try (Server server = Server.start(settings, parent.resolve("data"))) {
            JsonNode added = run(0, new UtilityCommand(), LAKESIDE);
            String id = added.path("client_id").asString();
            String secret = added.path("client_secret").asString();
            assertThat(tariffs(server, id, secret).body()).isEqualTo("{\"items\":[]}");
            JsonNode renewed = run(0, new UtilityCommand(), "credential", "lakeside");
            // the server takes what was right for right for five seconds more
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (tariffs(server, id, secret).statusCode() == 200 && System.nanoTime() < end) {
                Thread.sleep(100);
            }
            assertThat(tariffs(server, id, secret).statusCode()).isEqualTo(401);
            assertThat(tariffs(server, id, renewed.path("client_secret").asString())
                            .statusCode())
                    .isEqualTo(200);

            Utility utility = server.installation()
                    .vending()
                    .utilities()
                    .byCode("lakeside")
                    .orElseThrow();
            server.installation()
                    .vending()
                    .customers()
                    .register(utility.id(), new Customer("C-1", "Grace Wanjiru", Optional.empty(), Optional.empty()));
            String[] erase = {"erase", "C-1", "--utility", "lakeside"};
            run(1, new CustomerCommand(), erase);
            List<String> certain = new ArrayList<>(List.of(erase));
            certain.add("--yes");
            JsonNode erased = run(0, new CustomerCommand(), certain.toArray(String[]::new));
            assertThat(erased.path("erased_at").asString()).isNotEmpty();
            assertThat(server.installation()
                            .vending()
                            .customers()
                            .customer(utility.id(), "C-1")
                            .orElseThrow()
                            .name())
                    .isEmpty();

            JsonNode partitions = run(0, new DatabaseCommand(), "partitions");
            assertThat(partitions.findValuesAsString("month")).contains("default");
            assertThat(partitions.findValuesAsString("table")).contains("sale", "outbox", "journal_entry");
            assertThat(get(server, "/actuator/prometheus", "").body())
                    .contains("metermint_partitions_months_ahead 3.0", "metermint_partitions_strays 0.0");
            assertThat(get(server, "/actuator/health", "").body()).contains("\"partitions\":{\"status\":\"UP\"}");
        }
    }

    @Test
    void letterhead_isAddedVersionByVersion_andPartsAreTakenAway() {
        run(0, new UtilityCommand(), LAKESIDE);
        assertThat(letterhead().path("version").asInt()).isZero();
        JsonNode first = letterhead(
                "--address",
                "1 Weir Road",
                "--address",
                "Lakeside",
                "--tax-number",
                "P051234567X",
                "--invoice-title",
                "TAX INVOICE",
                "--customer",
                "masked");
        assertThat(first.path("version").asInt()).isEqualTo(1);
        assertThat(first.path("address").valueStream().map(JsonNode::asString))
                .containsExactly("1 Weir Road", "Lakeside");
        JsonNode second = letterhead("--message", "Thank you", "--address", "", "--invoice-title", "");
        assertThat(second.path("version").asInt()).isEqualTo(2);
        assertThat(second.path("tax_number").asString()).as("left as it was").isEqualTo("P051234567X");
        assertThat(second.has("invoice_title")).isFalse();
        assertThat(second.path("address")).isEmpty();
        assertThat(letterhead()).isEqualTo(second);

        assertThat(refusal("letterhead", "lakeside", "--tax-number", "", "--invoice-title", "TAX INVOICE"))
                .contains("without tax_number");
        assertThat(refusal("letterhead", "lakeside", "--customer", "half")).contains("name-and-address, name, masked");
        assertThat(refusal("letterhead", "lakeside", "--from", "soon")).contains("is no time");
        assertThat(refusal("letterhead", "lakeside", "--name", "L", "--from", "2020-01-01T00:00:00Z"))
                .contains("is before now");
    }

    private JsonNode letterhead(String... options) {
        List<String> arguments = new ArrayList<>(List.of("letterhead", "lakeside"));
        arguments.addAll(List.of(options));
        return run(0, new UtilityCommand(), arguments.toArray(String[]::new));
    }

    private static HttpResponse<String> tariffs(Server server, String client, String secret) throws Exception {
        return get(
                server,
                "/v1/tariffs",
                "Basic "
                        + Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse<String> get(Server server, String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private String refusal(String... arguments) {
        return run(1, new UtilityCommand(), arguments).path("error").toString();
    }

    private JsonNode run(int exitCode, Object command, String... arguments) {
        return CommandRun.json(parent.resolve("data"), exitCode, command, arguments);
    }
}
