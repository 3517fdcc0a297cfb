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

/** What {@code metermint tariff check} prints, and how it ends. */
class CheckCommandTest {
    private static final Path TARIFFS = Path.of(System.getProperty("metermint.root"), "vectors", "tariffs");

    @TempDir
    private Path directory = Path.of("");

    private record Run(int status, String out) {}

    private static Run check(Path... files) {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new CheckCommand()).setOut(new PrintWriter(out));
        String[] arguments = new String[files.length];
        for (int i = 0; i < files.length; i++) {
            arguments[i] = files[i].toString();
        }
        return new Run(command.execute(arguments), out.toString());
    }

    private Path examples(String tariff, String total) throws IOException {
        return Files.writeString(directory.resolve("examples.json"), """
                {"tariffId": "%s", "examples": [{"id": "mine", "kind": "cost-of-units",
                 "given": {"unitsBefore": "0", "units": "10"}, "expect": {"total": "%s"},
                 "tolerance": {"total": "0.001"}, "quality": "exact"}]}
                """.formatted(tariff, total));
    }

    @Test
    void check_discrepantExample_isShownAndNotCountedAsFailed() {
        Run run = check(TARIFFS.resolve("cw-aqualectra-2021.json"));

        assertThat(run.out).contains("ok    cw-aqualectra-2021#01  15.4  15.4  0.0001");
        assertThat(run.out).contains("skip  cw-aqualectra-2021#02");
        assertThat(run.out).endsWith("1 passed, 0 failed, 1 skipped" + System.lineSeparator());
        assertThat(run.status).isZero();
    }

    @Test
    void check_examplesOfATariffBefore_arePricedByIt() throws IOException {
        Path tariff = TARIFFS.resolve("rw-reg-residential-2020.json");

        assertThat(check(tariff, examples("rw-reg-residential-2020", "890")))
                .isEqualTo(new Run(
                        0,
                        "ok    mine  890  890  0.001" + System.lineSeparator() + "1 passed, 0 failed, 0 skipped"
                                + System.lineSeparator()));
        Run wrong = check(tariff, examples("rw-reg-residential-2020", "891"));
        assertThat(wrong.out).contains("FAIL  mine  891  890  0.001");
        assertThat(wrong.status).isEqualTo(1);
    }

    private Run checkExample(String example) throws IOException {
        Path file = directory.resolve("one.json");
        Files.writeString(file, "{\"tariffId\": \"ug-umeme-domestic-750.9\", \"examples\": [" + example + "]}");
        return check(TARIFFS.resolve("ug-umeme-domestic-750.9.json"), file);
    }

    @Test
    void check_exampleThatCannotBeRead_failsInOneLineThatSaysWhy() throws IOException {
        String units = "\"kind\": \"units-for-amount\", \"expect\": {\"units\": \"1\"}";
        String[][] wrong = {
            {"{\"id\": \"w\", \"kind\": \"amount-for-units\"}", "unknown kind of example"},
            {"{\"id\": \"w\", " + units + "}", "given.amount is missing"},
            {"{\"id\": \"w\", " + units + ", \"given\": {\"amount\": \"NaN\"}}", "'NaN' holds no figure"},
            {"{\"id\": \"w\", " + units + ", \"given\": {\"amount\": \"-5\"}}", "TENDER_NOT_POSITIVE"},
            {"{\"id\": \"w\", " + units + ", \"given\": {\"amount\": 1e999999}}", "more than 40 digits"},
            {"{\"id\": \"w\", " + units + ", \"given\": {\"amount\": \"99999999999999999999\"}}", "greatest payment"},
            {"{\"id\": \"w\", " + units + ", \"given\": {\"amount\": [\"5\"]}}", "given.amount is missing"},
            {"{\"id\": \"w\", " + units + ", \"given\": {\"amount\": \"9\", \"unitsBefore\": \"-3\"}}", "position -3"},
            {
                "{\"id\": \"w\", \"kind\": \"units-for-amount\", \"given\": {\"amount\": \"9\"}, \"expect\": {}}",
                "nothing"
            },
            {
                "{\"id\": \"w\", \"kind\": \"purchase-sequence\", \"given\": {\"amounts\": []}}",
                "given.amounts is missing"
            },
            {"{\"id\": \"w\", \"kind\": \"lifeline-loss\", \"expect\": {\"upgradeFee\": \"1\"}}", "the tariff has none"
            },
            {"7", "unknown kind of example"},
        };
        for (String[] each : wrong) {
            Run run = checkExample(each[0]);
            assertThat(run.status).as(each[0]).isEqualTo(1);
            assertThat(run.out.lines().toList())
                    .hasSize(3)
                    .element(1)
                    .asString()
                    .startsWith("FAIL  ")
                    .contains(each[1]);
            assertThat(run.out).endsWith("1 passed, 1 failed, 0 skipped" + System.lineSeparator());
        }
    }

    @Test
    void check_figuresAsNumbersOrWithCommas_areRead() throws IOException {
        assertThat(checkExample("{\"id\": \"n\", \"kind\": \"units-for-amount\", \"given\": {\"amount\": \"20,000\","
                                + " \"unitsBefore\": 0, \"firstOfMonth\": \"true\"}, \"expect\": {\"units\": 28.1},"
                                + " \"tolerance\": 0.05}")
                        .out)
                .contains("ok    n  28.1  28.1  0.05");
    }

    @Test
    void check_secondPurchaseOfAMonth_followsTheExampleBefore() throws IOException {
        assertThat(checkExample("{\"id\": \"n\", \"kind\": \"units-for-amount\", \"given\": {\"amount\": \"20000\","
                                + " \"firstOfMonth\": false}, \"expect\": {\"units\": \"22.57\"}}")
                        .out)
                .contains("ok    n  22.57");
    }

    @Test
    void check_fileThatIsNoTariff_isNamedWithARemedy() throws IOException {
        String[][] wrong = {
            {"{\"tariffId\": \"nowhere\", \"examples\": []}", "'nowhere'", "Give the file of that tariff first."},
            {"{\"tariffId\": 5}", "tariffId is no text", "Write the id"},
            {"{\"currency\": \"ZAR\"}", "the member id", "README"},
            {"{\"id\": \"a\"}", "the member currency", "README"},
            {"[]", "no JSON object", "README"},
            {"{\"id\":", "line 1, column", "Correct"},
            {"{\"id\": \"a\", \"currency\": \"ZAR\", \"examples\": {}}", "examples is no list", "list of objects"},
        };
        for (String[] each : wrong) {
            Path file = Files.writeString(directory.resolve("wrong.json"), each[0]);
            CommandFailure failure = failure(file);
            assertThat(failure.getMessage()).contains(file.toString(), each[1]);
            assertThat(failure.remedy()).contains(each[2]);
        }
    }

    private static CommandFailure failure(Path file) {
        List<Exception> thrown = new ArrayList<>();
        new CommandLine(new CheckCommand())
                .setExecutionExceptionHandler((e, line, result) -> {
                    thrown.add(e);
                    return 1;
                })
                .execute(file.toString());
        assertThat(thrown).singleElement().isInstanceOf(CommandFailure.class);
        return (CommandFailure) thrown.getFirst();
    }
}
