package org.metermint.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportProgressTest {

    @TempDir
    Path parent;

    @Test
    void bar_onATerminal_countsTheLinesOfTheFile() throws IOException {
        Path file = Files.writeString(parent.resolve("customers.csv"), "number\n1\n2\n3\n");
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        try (ImportProgress progress =
                ImportProgress.through(file, new PrintStream(terminal, true, StandardCharsets.UTF_8))) {
            progress.reach(4);
        }
        assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("customers.csv", "100%", "4/4 lines");
    }

    @Test
    void bar_inAPipe_isNothing() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Piped.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
    }

    /** A program whose standard error is a pipe. */
    static final class Piped {
        public static void main(String[] arguments) {
            try (ImportProgress progress = ImportProgress.through(Path.of("customers.csv"))) {
                progress.reach(1);
                progress.giveWay();
            }
        }
    }
}
