package org.metermint.app.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
