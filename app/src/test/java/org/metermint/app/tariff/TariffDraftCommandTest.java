package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandRun;
import org.metermint.app.Programs;
import org.metermint.app.demo.DemonstrationUtility;
import org.metermint.app.server.Installation;
import org.metermint.app.settings.Settings;
import org.metermint.tariff.Tariff;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** A price is changed by commands, and by two persons. */
class TariffDraftCommandTest {
    @TempDir
    Path parent;

    @Test
    void versionOfATariffThatAccountsUse_isProposedByOne_andApprovedByAnother() throws Exception {
        Path data = parent.resolve("data");
        String maker;
        String checker;
        Tariff now;
        try (Installation installation = Installation.open(Settings.defaults(), data)) {
            DemonstrationUtility.install(installation);
            maker = secret(installation, "admin", Role.ADMINISTRATOR);
            checker = secret(installation, "finance", Role.FINANCE);
            now = installation
                    .vending()
                    .tariffs()
                    .all(installation.utility().id())
                    .getFirst();
        }
        Path file = Files.writeString(parent.resolve("next.json"), next(now));

        assertThat(CommandRun.json(data, 1, new TariffCommand(), "import", file.toString())
                        .path("error")
                        .toString())
                .contains("second person", "--client");
        try (Programs programs = new Programs(parent.resolve("log"))) {
            JsonNode proposed = run(programs, maker, "import", file.toString(), "--client", "admin");
            assertThat(proposed.path("state").asString())
                    .as(proposed.toString())
                    .isEqualTo("PROPOSED");
            assertThat(run(programs, maker, "approve", now.id(), "2", "--client", "admin")
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("A second person is needed");
            assertThat(CommandRun.text(data, 0, new TariffCommand(), "drafts"))
                    .contains("tariff " + now.id() + " version 2", "PROPOSED by admin");
            assertThat(run(programs, checker, "approve", now.id(), "2", "--client", "finance")
                            .path("state")
                            .asString())
                    .isEqualTo("APPROVED");
            assertThat(run(programs, checker, "reject", now.id(), "2", "--reason", "why", "--client", "finance")
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("decided before");
        }
        assertThat(CommandRun.text(data, 0, new TariffCommand(), "drafts")).startsWith("There is none.");
        assertThat(CommandRun.json(data, 0, new TariffCommand(), "drafts", "--all")
                        .get(0)
                        .path("decided_by")
                        .asString())
                .isEqualTo("finance");
    }

    private static String next(Tariff now) {
        Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        return TariffJson.write(now)
                .replace("\"version\":1", "\"version\":2")
                .replace(now.effectiveFrom().toString(), tomorrow.toString());
    }

    private static String secret(Installation installation, String id, Role role) {
        return installation
                .vending()
                .clients()
                .create(installation.utility().id(), id, "office", role, Optional.empty())
                .secret();
    }

    /** A process of its own: the secret is in its environment. */
    private JsonNode run(Programs programs, String secret, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("tariff"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--json", "--data", parent.resolve("data").toString()));
        Process process = programs.start(Map.of("METERMINT_SECRET", secret), all.toArray(String[]::new));
        JsonNode said = programs.said(process);
        process.waitFor();
        return said;
    }
}
