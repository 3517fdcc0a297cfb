package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

class KeyFileSourceTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void createKeyFile() throws Exception {
        file = directory.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(file);
    }

    @Test
    void key_ofItsOwnFile_isTheSameEveryTime() throws Exception {
        KeyFileSource source = new KeyFileSource(file);
        byte[] key = source.key(Map.of());
        assertThat(key)
                .hasSize(32)
                .isEqualTo(source.key(Map.of()))
                .asHexString()
                .isEqualToIgnoringCase(Files.readString(file).strip());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(source.key(Map.of())).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rwx------", "rw--w----", "rw-------x"})
    void key_modeThatLetsOthersIn_isRefusedWithTheRemedy(String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode.substring(0, 9)));
        if (mode.length() > 9) {
            Files.setAttribute(file, "unix:mode", 04600);
        }
        assertDenied(file, "chmod 600 " + file);
    }

    @Test
    void key_fileOfAnotherUser_isRefused() throws Exception {
        assumeThat(new UnixSystem().getUid()).as("only root gives files away").isZero();
        Files.setAttribute(file, "unix:uid", 12345);
        assertDenied(file, "belongs to user 12345");
    }

    @Test
    void key_linkOrDirectoryOrNothing_isRefused() throws Exception {
        assertDenied(Files.createSymbolicLink(directory.resolve("link"), file), "not a plain file");
        assertDenied(directory, "not a plain file");
        assertDenied(directory.resolve("missing"), "does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abcd", "x", "\n\n"})
    void key_contentOfAnotherForm_isRefusedWithoutQuotingIt(String tail) throws Exception {
        String digits = "7".repeat(63);
        Files.writeString(file, digits + tail);
        assertDenied(file, "64 hexadecimal digits");
        assertThatThrownBy(() -> new KeyFileSource(file).key(Map.of()))
                .message()
                .doesNotContain("7".repeat(20)); // a temporary directory may have a few in its name
    }

    @Test
    void create_overAnExistingFile_isRefused() {
        assertThatThrownBy(() -> KeyEncryptionKeySource.createKeyFile(file))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    private static void assertDenied(Path file, String message) {
        assertThatThrownBy(() -> new KeyFileSource(file).key(Map.of()))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ACCESS_DENIED))
                .hasMessageContaining(message);
    }
}
