package org.metermint.app.entitlement;

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
import org.metermint.app.vendor.VendorCommand;
import tools.jackson.databind.JsonNode;

/** A list of free units by commands beside the running server: recorded, filled by an import, approved by another. */
class FreeUnitsCommandTest {
    @TempDir
    Path parent;

    @Test
    void list_isRecordedFilledAndApproved_besideTheServer() throws Exception {
        Path data = parent.resolve("data");
        try (Programs programs = new Programs(parent.resolve("log"))) {
            Process server = programs.start("start", "--json", "--port", "0", "--data", data.toString());
            assertThat(programs.said(server).path("url").asString()).startsWith("http");
            String clerk = secret("clerk", "--new-counter");
            String chief = secret("chief");
            JsonNode recorded =
                    act(programs, clerk, "record", "poor", "--client", "clerk", "--funder", "City", "--rate", "1.55");
            assertThat(recorded.path("state").asString()).isEqualTo("RECORDED by clerk");
            assertThat(error(act(programs, clerk, "record", "of the poor", "--client", "clerk", "--funder", "City")))
                    .contains("reference of 11 characters");
            assertThat(error(act(programs, clerk, "record", "x", "--client", "clerk", "--funder", "C", "--rate", "-2")))
                    .contains("rate -2");

            Path csv = Files.writeString(parent.resolve("entitlements.csv"), """
                    list,account,units,first_month
                    poor,1002,50,2026-01
                    poor,none,50,2026-01
                    poor,1002,50.05,2026-01
                    """);
            assertThat(importing(programs, csv))
                    .extracting(row -> row.path("result").asString())
                    .containsExactly("created", "refused", "refused");
            Path meters = Files.writeString(
                    parent.resolve("meters.csv"), "meter,algorithm,supply_group,key_revision,tariff_index\n");
            assertThat(error(importing(programs, meters).getFirst())).contains("beside a running server");

            assertThat(error(act(programs, clerk, "approve", "poor", "--client", "clerk")))
                    .contains("second person");
            JsonNode approved = act(programs, chief, "approve", "poor", "--client", "chief");
            assertThat(approved.path("accounts").asInt()).isEqualTo(1);
            assertThat(approved.path("state").asString()).isEqualTo("APPROVED by chief");
            assertThat(CommandRun.json(data, 0, new FreeUnitsCommand(), "list").findValuesAsString("reference"))
                    .containsExactly("poor");
            assertThat(CommandRun.json(data, 0, new FreeUnitsCommand(), "claims", "--month", "2026-01"))
                    .isEmpty();
            assertThat(error(CommandRun.json(data, 1, new FreeUnitsCommand(), "claims", "--month", "July")))
                    .contains("'July' is no month");
            server.destroy();
            assertThat(server.waitFor()).isIn(0, 143);
        }
    }

    private static String error(JsonNode answer) {
        return answer.path("error").path("message").asString();
    }

    /** What is said of each row, or of all of them. */
    private List<JsonNode> importing(Programs programs, Path file) throws Exception {
        Process process = programs.start(
                "import",
                file.toString(),
                "--json",
                "--data",
                parent.resolve("data").toString());
        List<JsonNode> rows = new ArrayList<>();
        JsonNode row = programs.said(process);
        while (!row.has("created") && !row.has("error")) {
            rows.add(row);
            row = programs.said(process);
        }
        if (rows.isEmpty()) {
            rows.add(row);
        }
        return rows;
    }

    private String secret(String client, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("client", "add", client, "--vendor", "office", "--role", "FINANCE"));
        arguments.addAll(List.of(more));
        return CommandRun.json(parent.resolve("data"), 0, new VendorCommand(), arguments.toArray(String[]::new))
                .path("secret")
                .asString();
    }

    /** A process of its own: the secret is in its environment. */
    private JsonNode act(Programs programs, String secret, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("free-units"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--json", "--data", parent.resolve("data").toString()));
        return programs.said(programs.start(Map.of("METERMINT_SECRET", secret), all.toArray(String[]::new)));
    }
}
