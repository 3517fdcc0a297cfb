package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandFailure;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code metermint tariff quote} says, and what it refuses. */
class QuoteCommandTest {
    private static final Path TARIFFS = Path.of(System.getProperty("metermint.root"), "vectors", "tariffs");

    private record Run(int status, String out, String failure) {}

    private static Run quote(String tariff, String... options) {
        return quote(TARIFFS.resolve(tariff + ".json"), options);
    }

    private static Run quote(Path file, String... options) {
        StringWriter out = new StringWriter();
        List<String> failure = new ArrayList<>();
        List<String> arguments = new ArrayList<>(List.of(file.toString(), "--zone", "Africa/Johannesburg"));
        arguments.addAll(List.of(options));
        int status = new CommandLine(new QuoteCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .setExecutionExceptionHandler((e, command, result) -> {
                    if (!(e instanceof CommandFailure)) {
                        throw e;
                    }
                    failure.add(e.getMessage());
                    return 1;
                })
                .execute(arguments.toArray(String[]::new));
        return new Run(status, out.toString(), String.join("", failure));
    }

    @Test
    void quote_tellsWhatMoneyBuys_andWhy() {
        Run run = quote("za-tshwane-2025-26", "--tender", "400", "--bought", "58.4", "--day", "2026-03-15");
        assertThat(run.status).as(run.toString()).isZero();
        assertThat(run.out)
                .contains(
                        "ZAR 400.00 buys 105.3 kWh.",
                        "41.6 kWh at ZAR 3.425 each, the price of the first 100 kWh of a month.",
                        "The count begins anew on 1 April 2026")
                .doesNotContain("sum of these lines");
        assertThat(quote("za-tshwane-2025-26", "--tender", "400", "--day", "2026-03-15", "--sum").out)
                .contains("sum of these lines: 400.00 ZAR");
    }

    @Test
    void quote_byUnits_asJson() {
        Run run = quote("za-tshwane-2025-26", "--units", "10", "--day", "2026-03-15", "--json");
        JsonNode answer = JsonMapper.shared().readTree(run.out);
        assertThat(answer.path("tender").asString()).isEqualTo("34.25");
        assertThat(answer.path("words").path(0).asString()).isEqualTo("10 kWh cost ZAR 34.25.");
    }

    @Test
    void quote_optionThatIsNoFigure_isRefusedInWords() {
        String[][] wrong = {
            {"--tender", "abc", "'abc' is no figure"},
            {"--tender", "1e99999999", "is no figure"},
            {"--units", "NaN", "'NaN' is no figure"},
            {"--bought", "1,5", "'1,5' is no figure"},
            {"--rate", "PPJ=x", "'x' is no figure"},
            {"--zone", "Nowhere/X", "'Nowhere/X' is no time zone"},
        };
        for (String[] each : wrong) {
            Run run = quote("za-tshwane-2025-26", "--day", "2026-03-15", each[0], each[1]);
            assertThat(run.status).as(each[1]).isEqualTo(2);
            assertThat(run.out).contains(each[2]).doesNotContain("java.");
        }
    }

    @Test
    void quote_fileWithDamage_isRefusedInWords(@TempDir Path directory) throws IOException {
        String head = "{\"schemaVersion\": \"1\", \"id\": \"a\", \"currency\": \"ZAR\", ";
        String[] damages = {
            "\"lifeline\": {}",
            "\"levies\": [{\"code\": {}, \"rate\": \"1\"}]",
            "\"blocks\": [{\"fromExclusive\": \"0\", \"rate\": []}]",
            "\"effectiveFrom\": \"2020-02-31\"",
            "\"fixedCharges\": [{\"code\": \"X\", \"amount\": 1e999999}]",
        };
        for (String damage : damages) {
            Path file = Files.writeString(directory.resolve("damaged.json"), head + damage + "}");
            Run run = quote(file, "--tender", "100");
            assertThat(run.status).as(damage).isEqualTo(1);
            assertThat(run.failure).as(damage).contains("damaged.json: ");
        }
    }

    @Test
    void quote_whatIsMissing_isAskedFor() {
        assertThat(quote("id-pln-r1", "--tender", "50000").failure).contains("RATE_MISSING", "PPJ");
        assertThat(quote("id-pln-r1", "--tender", "50000", "--rate", "PPJ=3", "--class", "X").failure)
                .contains("ACCOUNT_UNFIT");
        assertThat(quote("za-tshwane-2025-26", "--units", "0.05", "--day", "2026-03-15").failure)
                .contains("--units 0.05 has more than 1 decimal");
        assertThat(quote("za-tshwane-2025-26", "--units", "999999999999999999", "--day", "2026-03-15").failure)
                .contains("more than any tariff sells");
    }

    @Test
    void quote_namesWhatIsWrong() {
        assertThat(quote("za-tshwane-2025-26", "--tender", "400.001").failure)
                .contains("--tender 400.001", "2 decimals");
        assertThat(quote("za-tshwane-2025-26", "--tender", "400", "--day", "1969-01-01").failure)
                .contains("no version of the file is in force");
        assertThat(quote("za-tshwane-2025-26", "--tender", "400", "--day", "2026-03-15", "--bought", "-1").failure)
                .contains("position", "-1");
        assertThat(quote("za-tshwane-2025-26", "--tender", "400", "--phases", "2", "--day", "2026-03-15").failure)
                .contains("phases 2");
        assertThat(quote("za-tshwane-2025-26").status).isEqualTo(2);
        assertThat(quote("za-tshwane-2025-26", "--tender", "1", "--units", "1").status)
                .isEqualTo(2);
    }
}
