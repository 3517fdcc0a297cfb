package org.metermint.app.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandRun;
import org.metermint.app.Programs;
import tools.jackson.databind.JsonNode;

/** From a new installation to a confirmed deposit, by commands beside the running server. */
class VendorCommandTest {
    @TempDir
    Path parent;

    private JsonNode vendor(int status, String... arguments) {
        return CommandRun.json(parent.resolve("data"), status, new VendorCommand(), arguments);
    }

    @Test
    void vendor_fromRegistrationToAStatement_withTwoPersons() throws Exception {
        Path data = parent.resolve("data");
        try (Programs programs = new Programs(parent.resolve("log"))) {
            // in a process of its own: commands in the same one would give its locks back
            Process server = programs.start("start", "--json", "--port", "0", "--data", data.toString());
            assertThat(programs.said(server).path("url").asString()).startsWith("http");
            JsonNode made = vendor(
                    0, "register", "shop", "--name", "Shop", "--kind", "SINGLE_CLIENT", "--credit-line", "50.00");
            assertThat(made.path("credit_line").asString()).isEqualTo("50.00");
            assertThat(vendor(1, "client", "add", "f-1", "--vendor", "office", "--role", "FINANCE")
                            .path("error")
                            .path("remedy")
                            .asString())
                    .contains("--new-counter");
            String first = secret("f-1", "--new-counter");
            String second = secret("f-2");
            assertThat(vendor(0, "client", "list", "--vendor", "office").size()).isEqualTo(2);

            JsonNode recorded = deposit(
                    programs,
                    first,
                    "record",
                    "shop",
                    "--client",
                    "f-1",
                    "--amount",
                    "1000.00",
                    "--reference",
                    "bank 1",
                    "--value-date",
                    "2026-07-15");
            String number = recorded.path("id").asString();
            assertThat(recorded.path("state").asString())
                    .as(recorded.toString())
                    .isEqualTo("RECORDED");
            assertThat(deposit(programs, first, "confirm", "shop", number, "--client", "f-1")
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("A second person is needed");
            assertThat(deposit(programs, "wrong", "confirm", "shop", number, "--client", "f-2")
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("not valid");
            assertThat(deposit(programs, second, "confirm", "shop", number, "--client", "f-2")
                            .path("state")
                            .asString())
                    .isEqualTo("CONFIRMED by f-2");
            assertThat(vendor(0, "deposit", "list", "shop").size()).isEqualTo(1);

            assertThat(vendor(0, "suspend", "shop").path("status").asString()).isEqualTo("SUSPENDED");
            assertThat(vendor(0, "activate", "shop").path("status").asString()).isEqualTo("ACTIVE");
            assertThat(vendor(0, "credit-line", "shop", "75.5")
                            .path("credit_line")
                            .asString())
                    .isEqualTo("75.50");
            assertThat(vendor(1, "credit-line", "shop", "1.234")
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("2 decimals");
            assertThat(vendor(0, "list").toString()).contains("\"balance\":\"1000.00\"");

            Path csv = parent.resolve("statement.csv");
            CommandRun.text(
                    data,
                    0,
                    new VendorCommand(),
                    "statement",
                    "shop",
                    "--from",
                    "2020-01-01",
                    "--to",
                    "2099-12-31",
                    "--output",
                    csv.toString());
            assertThat(Files.readAllLines(csv)).hasSize(4).last().asString().endsWith(",CLOSING,,,,1000.00");
            server.destroy();
            assertThat(server.waitFor()).isIn(0, 143);
        }
    }

    private String secret(String client, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("client", "add", client, "--vendor", "office", "--role", "FINANCE"));
        arguments.addAll(List.of(more));
        return vendor(0, arguments.toArray(String[]::new)).path("secret").asString();
    }

    /** A process of its own: the secret is in its environment. */
    private JsonNode deposit(Programs programs, String secret, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("vendor", "deposit"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--json", "--data", parent.resolve("data").toString()));
        return programs.said(programs.start(Map.of("METERMINT_SECRET", secret), all.toArray(String[]::new)));
    }
}
