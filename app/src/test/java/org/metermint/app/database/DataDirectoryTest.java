package org.metermint.app.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandFailure;

class DataDirectoryTest {

    @TempDir
    Path parent;

    @Test
    void open_nothingThere_makesADirectoryForItsOwnerOnly() throws IOException {
        try (DataDirectory directory = DataDirectory.open(parent.resolve("a/b"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                    .isEqualTo("rwx------");
            assertThat(directory.resolve("format")).hasContent("metermint-data 1");
        }
    }

    @Test
    void open_inUse_namesTheProcess() {
        Path path = parent.resolve("data");
        try (DataDirectory first = DataDirectory.open(path)) {
            assertThat(DataDirectory.isInUse(first.path())).isTrue();
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> DataDirectory.open(path))
                    .withMessage("the data directory " + path + " is in use by process "
                            + ProcessHandle.current().pid());
        }
        assertThat(DataDirectory.isInUse(path)).isFalse();
        DataDirectory.open(path).close();
    }

    @Test
    void open_writtenByANewerVersion_isRefusedAndLeftAlone() throws IOException {
        Path path = parent.resolve("data");
        DataDirectory.open(path).close();
        Files.writeString(path.resolve("format"), "metermint-data 2\n");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> DataDirectory.open(path))
                .withMessageContaining("newer version of Metermint (format 2; this version knows up to 1)")
                .satisfies(failure -> assertThat(failure.remedy()).contains("Run that version"));
        assertThat(path.resolve("format")).hasContent("metermint-data 2");
        assertThat(DataDirectory.isInUse(path)).isFalse();
    }

    @Test
    void open_unreadableFormat_isRefused() throws IOException {
        Path path = parent.resolve("data");
        DataDirectory.open(path).close();
        Files.writeString(path.resolve("format"), "metermint-data 99999999999\n");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> DataDirectory.open(path))
                .withMessageContaining("does not hold the format");
    }

    @Test
    void open_directoryOfSomethingElse_isRefusedAndLeftAlone() throws IOException {
        Files.writeString(parent.resolve("letter.txt"), "dear");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> DataDirectory.open(parent))
                .withMessageContaining("is not empty and not a data directory");
        assertThat(parent).isDirectoryNotContaining("glob:**lock");
    }

    @Test
    void open_aFile_isRefused() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> DataDirectory.open(file))
                .withMessageContaining("cannot use the data directory");
    }
}
