package org.metermint.app.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.settings.Settings;
import org.metermint.token.key.VendingKey;
import tools.jackson.databind.JsonNode;

/** Backup, restoration and transcripts as people and programs meet them. */
class BackupCommandsTest {
    private static final String SECRET = "six words of a safe backup";

    @TempDir
    Path directory;

    @BeforeEach
    void init() {
        assertThat(on("", "init").status()).isZero();
        assertThat(on("", "test-keys").status()).isZero();
    }

    private Ran on(String input, String command, String... more) {
        return Ran.key(
                input,
                command + " --store " + directory.resolve("store") + " --key-file " + directory.resolve("kek"),
                more);
    }

    private Ran restored(String input, String command, String... more) {
        return Ran.key(
                input,
                command + " --store " + directory.resolve("restored") + " --key-file " + directory.resolve("kek2"),
                more);
    }

    private Path backup() {
        return directory.resolve("module.backup");
    }

    @Test
    void backup_isRestoredAsAnotherModuleWithTheSameKeys() throws IOException {
        Ran made = on(SECRET + "\n", "backup --json --by Ada " + backup());
        assertThat(made.status()).as(made.out()).isZero();
        JsonNode receipt = made.json();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup())))
                .isEqualTo("rw-------");
        assertThat(on(
                                "",
                                "audit --anchor " + receipt.path("last_record") + ":"
                                        + receipt.path("chain_hash").stringValue())
                        .out())
                .contains("intact", "1 anchor");
        assertThat(on("", "audit --anchor " + receipt.path("last_record") + ":" + "0".repeat(64))
                        .status())
                .isEqualTo(AuditCommand.DAMAGED);

        Ran wrong = restored("six words of a safe bakcup\n", "restore --json --by Ada " + backup());
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.message()).contains("passphrase");
        assertThat(directory.resolve("restored")).doesNotExist();
        assertThat(directory.resolve("kek2")).doesNotExist();

        Ran back = restored(SECRET + "\n", "restore --json --by Ada " + backup());
        assertThat(back.status()).as(back.out()).isZero();
        assertThat(back.json().path("keys").intValue()).isEqualTo(15);
        assertThat(back.json().path("backup_of")).isEqualTo(receipt.path("module"));
        JsonNode list = restored("", "list --json").json();
        assertThat(list.path("keys").size()).isEqualTo(15);
        assertThat(list.path("module")).isEqualTo(back.json().path("module")).isNotEqualTo(receipt.path("module"));
        assertThat(restored(SECRET + "\n", "restore --json --by Ada " + backup())
                        .message())
                .contains("already");
    }

    @Test
    void backup_thatCannotBe_saysWhy() throws IOException {
        assertThat(on("short\n", "backup --json " + backup()).message()).contains("shorter than 12");
        assertThat(backup()).doesNotExist();
        Files.writeString(backup(), "not a backup");
        assertThat(on(SECRET + "\n", "backup --json " + backup()).message()).contains("already");
        Ran edited = restored(SECRET + "\n", "restore --json " + backup());
        assertThat(edited.status()).isEqualTo(1);
        assertThat(edited.message()).contains(backup().toString());
        assertThat(restored(SECRET + "\n", "restore --json " + directory.resolve("nowhere"))
                        .message())
                .contains("nowhere");
        assertThat(restored("", "restore --json --identifiers-ahead soon " + backup())
                        .status())
                .isEqualTo(2);
    }

    @Test
    void backup_beside_aProcessThatIssues() {
        try (ConfiguredModule opened = ConfiguredModule.open(
                        Settings.defaults(),
                        new ConfiguredModule.Place(
                                directory.resolve("store"), Optional.empty(), directory.resolve("kek")))
                .withControl()) {
            Ran made = on(SECRET + "\n", "backup --by Ada " + backup());
            assertThat(made.status()).as(made.err()).isZero();
            assertThat(made.out())
                    .contains("Backup of module " + opened.module().status().moduleId());
        }
        assertThat(restored(SECRET + "\n", "restore --by Ada " + backup()).out())
                .contains("must never issue again");
    }

    @Test
    void ceremony_namesTheCommandThatComesNext_withItsStore() {
        Ran begun = on("", "ceremony begin 400000/1/2 --base-date 2014 --by Margaret");
        assertThat(begun.out())
                .endsWith(" --custodian NAME --store " + directory.resolve("store") + " --key-file "
                        + directory.resolve("kek") + System.lineSeparator());
    }

    @Test
    void transcript_ofACeremony_isVerifiedWithoutTheStore() throws IOException {
        String component = "00112233445566778899AABBCCDDEEFF00112233";
        String id = on("", "ceremony begin 400000/1/2 --base-date 2014 --by Margaret --json")
                .json()
                .path("ceremony")
                .stringValue();
        assertThat(on(
                                component + "\n",
                                "ceremony enter " + id + " --custodian Ada --check-value "
                                        + VendingKey.parseHex(component).checkValue())
                        .status())
                .isZero();
        Ran shown = on("", "ceremony show --transcript " + id);
        assertThat(shown.out()).contains("Ada").doesNotContainIgnoringCase(component);
        Path file = Files.writeString(directory.resolve("transcript.json"), shown.out());
        Ran verified = Ran.key("", "ceremony verify --json " + file);
        assertThat(verified.status()).as(verified.out()).isZero();
        String key = verified.json().path("signed_by").stringValue();
        assertThat(on("", "audit --json").json().path("public_key").stringValue())
                .isEqualTo(key);
        assertThat(Ran.key("", "ceremony verify --public-key " + key + " " + file)
                        .out())
                .contains("as it was signed", "by Ada");
        assertThat(Ran.key("", "ceremony verify --json --public-key " + "0".repeat(64) + " " + file)
                        .message())
                .contains("another key");

        Files.writeString(file, shown.out().replace("Ada", "Eve"));
        assertThat(Ran.key("", "ceremony verify --json " + file).status()).isEqualTo(1);
        assertThat(on("", "ceremony show --json --transcript").message()).contains("of one ceremony");
        assertThat(on("", "ceremony show --json --transcript 00000000").status())
                .isEqualTo(1);
    }
}
