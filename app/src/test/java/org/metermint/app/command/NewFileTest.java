package org.metermint.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandFailure;

class NewFileTest {
    @TempDir
    Path directory;

    @Test
    void write_makesTheFile() throws Exception {
        NewFile.write(directory.resolve("books.csv"), out -> out.write("day,entry\n"));
        assertThat(directory.resolve("books.csv")).hasContent("day,entry\n");
        assertThat(names()).containsExactly("books.csv");
    }

    @Test
    void write_overAnother_isRefused_andLeavesIt() throws Exception {
        Path file = Files.writeString(directory.resolve("books.csv"), "before");
        assertThatThrownBy(() -> NewFile.write(file, out -> out.write("after")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is there already");
        assertThat(file).hasContent("before");
    }

    @Test
    void write_thatFailsMidway_leavesNothing_andMayBeRepeated() throws Exception {
        Path file = directory.resolve("books.csv");
        assertThatThrownBy(() -> NewFile.write(file, out -> {
                    out.write("half");
                    out.flush();
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("No space left on device");
        assertThatThrownBy(() -> NewFile.write(file, out -> {
                    throw new IllegalStateException("the books are closed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(names()).isEmpty();
        NewFile.write(file, out -> out.write("whole"));
        assertThat(file).hasContent("whole");
    }

    @Test
    void write_afterAnAttemptThatWasKilled_beginsAnew() throws Exception {
        Files.writeString(directory.resolve("books.csv.part"), "what a killed attempt left, longer than the rest");
        NewFile.write(directory.resolve("books.csv"), out -> out.write("whole"));
        assertThat(directory.resolve("books.csv")).hasContent("whole");
        assertThat(names()).containsExactly("books.csv");
    }

    @Test
    void write_intoADirectoryThatIsNotThere_saysSo() {
        assertThatThrownBy(() -> NewFile.write(directory.resolve("no/books.csv"), out -> out.write("x")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no/books.csv cannot be written: its directory is not there");
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
