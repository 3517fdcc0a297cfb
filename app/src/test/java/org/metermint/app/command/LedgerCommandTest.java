package org.metermint.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandRun;
import org.metermint.app.Programs;
import tools.jackson.databind.JsonNode;

/** The books and the outbox of the demonstration, by commands beside its server. */
class LedgerCommandTest {
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    @TempDir
    Path parent;

    @Test
    void commands_besideTheServer_showNameCloseExportAndProve() throws Exception {
        try (Programs programs = new Programs(parent.resolve("log"))) {
            // in a process of its own: commands in the same one would give its locks back
            Process server = programs.start("demo", "--json", "--port", "0", "--data", data().toString());
            JsonNode sale = programs.said(server);
            assertThat(sale.isObject()).as("one sale is made: %s", sale).isTrue();

            accountsAreShownAndNamed();
            balancesSumToZero();
            assertThat(ledger(0, "close").size()).as("no day has ended").isZero();
            booksAreExported();
            JsonNode proof = ledger(0, "verify");
            assertThat(proof.path("faults").size()).as("%s", proof).isZero();
            assertThat(proof.path("sales").asInt()).isOne();
            outboxIsShown();
            anotherUtilityHasBooksOfItsOwn();
            server.destroy();
            assertThat(server.waitFor()).isIn(0, 143);
        }
    }

    private void accountsAreShownAndNamed() {
        assertThat(ledger(0, "accounts").findValuesAsString("code")).contains("energy", "float/demonstration");
        ledger(0, "name", "energy", "--name", "Electricity sold", "--number", "4000");
        assertThat(CommandRun.text(data(), 0, new LedgerCommand(), "accounts"))
                .containsPattern("4000\\s+energy\\s+Electricity sold");
        assertThat(message("name", "tax/NONE", "--name", "None"))
                .contains("there is no account tax/NONE", "metermint ledger accounts lists")
                .doesNotContain(" id");
        assertThat(message("name", "float/demonstration", "--number", "4000")).contains("4000", "another number");
    }

    private void balancesSumToZero() {
        BigDecimal sum = BigDecimal.ZERO;
        JsonNode balances = ledger(0, "balances");
        for (JsonNode balance : balances) {
            sum = sum.add(new BigDecimal(balance.asString()));
        }
        assertThat(sum).isEqualByComparingTo("0");
        assertThat(new BigDecimal(balances.path("float/demonstration").asString()))
                .isPositive();
    }

    private void booksAreExported() throws Exception {
        String from = today.minusDays(1).toString();
        String to = today.plusDays(1).toString();
        assertThat(CommandRun.text(data(), 0, new LedgerCommand(), "export", "--from", from, "--to", to)
                        .lines())
                .as("a head, and a line for each posting")
                .hasSizeGreaterThan(2)
                .anyMatch(line -> line.contains("float/demonstration"));
        Path file = parent.resolve("books.beancount");
        String[] export = {"export", "--from", from, "--to", to, "--format", "beancount", "--output", file.toString()};
        assertThat(CommandRun.text(data(), 0, new LedgerCommand(), export))
                .isEqualTo("Written to %s: 1 entry, from %s to %s.%n".formatted(file, from, to));
        assertThat(Files.readString(file)).contains("Liabilities:", "ZAR");
        assertThat(words(export)).contains("is there already", "Name another");
        exportIsToldToPrograms(from, to);
        assertThat(words("export", "--from", to, "--to", from)).contains(to, from, "Exchange them");
        assertThat(words("export", "--from", from, "--to", to, "--format", "xml"))
                .contains("'xml'", "csv or beancount");
    }

    private void exportIsToldToPrograms(String from, String to) throws Exception {
        Path file = parent.resolve("books.csv");
        JsonNode exported = ledger(0, "export", "--from", from, "--to", to, "--output", file.toString());
        assertThat(exported.propertyNames()).containsExactly("file", "format", "from", "to", "entries");
        assertThat(exported.path("file").asString()).isEqualTo(file.toString());
        assertThat(exported.path("format").asString()).isEqualTo("csv");
        assertThat(exported.path("from").asString()).isEqualTo(from);
        assertThat(exported.path("to").asString()).isEqualTo(to);
        assertThat(exported.path("entries").asLong()).isOne();
        assertThat(Files.readString(file)).startsWith("day,entry,").contains("float/demonstration");
        assertThat(message("export", "--from", from, "--to", to))
                .contains("standard output", "--output", "leave --json out");
        assertThat(message("export", "--from", from, "--to", to, "--output", file.toString()))
                .contains("is there already");
    }

    private void outboxIsShown() throws Exception {
        JsonNode outbox = CommandRun.json(data(), 0, new OutboxCommand(), "list");
        assertThat(outbox.path("consumers").findValuesAsString("consumer")).containsExactly("vendor-days");
        assertThat(outbox.path("parked").size()).isZero();
        assertThat(CommandRun.json(data(), 0, new OutboxCommand(), "retry", "vendor-days")
                        .path("events")
                        .asInt())
                .isZero();
    }

    private void anotherUtilityHasBooksOfItsOwn() {
        CommandRun.json(
                data(),
                0,
                new UtilityCommand(),
                "add",
                "lakeside",
                "--name",
                "Lakeside Power",
                "--currency",
                "KES",
                "--zone",
                "Africa/Nairobi");
        JsonNode proof = ledger(0, "verify", "--utility", "lakeside");
        assertThat(proof.path("entries").asInt()).as("%s", proof).isZero();
        assertThat(ledger(0, "balances", "--utility", "lakeside").toString()).doesNotContain("float/demonstration");
        assertThat(message("balances", "--utility", "nowhere")).contains("'nowhere'");
    }

    private Path data() {
        return parent.resolve("data");
    }

    private JsonNode ledger(int status, String... arguments) {
        return CommandRun.json(data(), status, new LedgerCommand(), arguments);
    }

    private String words(String... arguments) {
        return CommandRun.text(data(), 1, new LedgerCommand(), arguments);
    }

    private String message(String... arguments) {
        return ledger(1, arguments).path("error").toString();
    }
}
