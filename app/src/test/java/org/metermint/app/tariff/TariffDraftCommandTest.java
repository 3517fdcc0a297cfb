package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandRun;
import org.metermint.app.Programs;
import org.metermint.app.demo.DemonstrationUtility;
import org.metermint.app.server.Installation;
import org.metermint.app.settings.Settings;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleRequest;
import org.metermint.vending.tariff.TariffJson;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import tools.jackson.databind.JsonNode;

/** A price is changed by commands, and by two persons. */
class TariffDraftCommandTest {
    private static final String FLAT = "za-eskom-homelight-legacy-flat";

    /** A household of the demonstration that buys by that tariff. */
    private static final String METER = "01000000024";

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
            now = sells(installation);
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
            draftIsSimulated(data, now);
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

    /** Sells twice by a tariff of one price, which doubles in the next version. */
    private static Tariff sells(Installation installation) {
        var utility = installation.utility().id();
        installation.vending().clients().create(utility, "till", "shop");
        var client = new ClientIdentity(utility, "till", "shop");
        for (String tender : List.of("100.00", "50.00")) {
            SaleAnswer answer = installation
                    .vending()
                    .saleDesk()
                    .sell(
                            client,
                            new SaleRequest("r-" + tender, METER, new BigDecimal(tender), "ZAR", PaymentType.CASH));
            assertThat(answer).isInstanceOf(SaleAnswer.Sold.class);
        }
        return installation.vending().tariffs().version(utility, FLAT, 1).orElseThrow();
    }

    private void draftIsSimulated(Path data, Tariff now) throws Exception {
        String today = LocalDate.now(ZoneId.of("Africa/Johannesburg")).toString();
        String yesterday = LocalDate.parse(today).minusDays(1).toString();
        Path chart = parent.resolve("effect.svg");
        Path csv = parent.resolve("effect.csv");
        String[] simulate = {"simulate", "--draft", now.id(), "2", "--from", yesterday, "--to", today};
        List<String> all = new ArrayList<>(List.of(simulate));
        all.addAll(List.of("--chart", chart.toString(), "--csv", csv.toString()));
        assertThat(CommandRun.text(data, 0, new TariffCommand(), all.toArray(String[]::new)))
                .contains(
                        "2 sales to 1 customers",
                        "half of them -49.97 %",
                        "Least, compared with before:",
                        "The chart is in " + chart);
        assertThat(Files.readString(chart)).startsWith("<svg").contains("customers of tariff " + now.id());
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(chart.toFile())
                        .getElementsByTagName("rect")
                        .getLength())
                .as("the ground, and a bar")
                .isGreaterThan(1);
        assertThat(Files.readAllLines(csv)).hasSize(2).last().asString().contains(",2,150.00,");
        assertThat(CommandRun.text(data, 1, new TariffCommand(), all.toArray(String[]::new)))
                .contains("is there already");
        JsonNode effect = CommandRun.json(data, 0, new TariffCommand(), simulate);
        assertThat(effect.path("tender").path("before").asString()).isEqualTo("150.00");
        assertThat(effect.path("spread").path("median").asString()).isEqualTo("-49.97");
        assertThat(CommandRun.text(
                        data,
                        1,
                        new TariffCommand(),
                        "simulate",
                        "--draft",
                        now.id(),
                        "2",
                        "--from",
                        today,
                        "--to",
                        yesterday))
                .contains("exchange them");
        assertThat(CommandRun.text(data, 1, new TariffCommand(), "simulate", "--draft", now.id(), "2"))
                .as("last month")
                .contains("sold nothing");
        assertThat(CommandRun.text(data, 1, new TariffCommand(), "simulate", "--draft", now.id(), "9"))
                .contains("no draft", "metermint tariff drafts");
        assertThat(CommandRun.text(data, 2, new TariffCommand(), "simulate")).contains("--draft");
    }

    private static String next(Tariff now) {
        Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        return TariffJson.write(now)
                .replace("\"version\":1", "\"version\":2")
                .replace(now.effectiveFrom().toString(), tomorrow.toString())
                .replace(
                        "\"price\":\"" + price(now) + "\"",
                        "\"price\":\"" + price(now).multiply(BigDecimal.TWO) + "\"");
    }

    private static BigDecimal price(Tariff now) {
        return ((Energy.Blocks) now.energy()).blocks().getFirst().price();
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
