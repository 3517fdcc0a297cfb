package org.metermint.app.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.settings.Settings;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import tools.jackson.databind.JsonNode;

/** The commands on the record of a module that issued a few tokens. */
class RecordCommandsTest {
    private static final int TOKENS = 5;

    @TempDir
    Path directory;

    private LocalDate day = LocalDate.EPOCH;

    @BeforeEach
    void issue() throws SecurityModuleException {
        try (ConfiguredModule opened = open("store")) {
            opened.module().loadTestOnlyVendingKeys();
            day = opened.module().status().time().atZone(ZoneOffset.UTC).toLocalDate();
            for (int i = 0; i < TOKENS; i++) {
                opened.module()
                        .issue(new IssueCredit(
                                new MessageId("sale-" + i),
                                new MeterKeyState(
                                        new MeterPan("600727000000000009"),
                                        EncryptionAlgorithm.EA11,
                                        SupplyGroupCode.parse("201457"),
                                        new TariffIndex(1),
                                        new KeyRevisionNumber(1),
                                        KeyType.DUTK),
                                CreditType.ELECTRICITY,
                                new CreditAmount(256),
                                null));
            }
        }
    }

    private ConfiguredModule open(String store) {
        return ConfiguredModule.open(
                Settings.defaults(),
                new ConfiguredModule.Place(directory.resolve(store), Optional.empty(), directory.resolve("kek")));
    }

    private Ran on(String command, String... more) {
        return Ran.key(
                "",
                command + " --store " + directory.resolve("store") + " --key-file " + directory.resolve("kek"),
                more);
    }

    /** The export of the day; the next one if the day has just turned. */
    private JsonNode export() {
        Ran ran = on("export --json --by Ada --day " + day);
        assertThat(ran.status()).as(ran.out()).isZero();
        return ran.json();
    }

    @Test
    void audit_ofAnIntactRecord_countsIt() {
        JsonNode report = on("audit --json").json();
        assertThat(report.path("intact").booleanValue()).isTrue();
        assertThat(report.path("messages").intValue()).isEqualTo(TOKENS);
        assertThat(report.path("authenticated").booleanValue()).isFalse();
        assertThat(on("audit --json --with-key").json().path("authenticated").booleanValue())
                .isTrue();
        Ran words = on("audit");
        assertThat(words.status()).isZero();
        assertThat(words.out()).contains("The record is intact", "5 messages", "its own hashes alone");
        assertThat(on("audit " + directory.resolve("store/record")).status()).isZero();
    }

    @Test
    void audit_whileTheModuleIsAtWork_needsNoLock() {
        try (ConfiguredModule opened = open("store")) {
            assertThat(on("audit --with-key").out()).contains("The record is intact", "the key of the module");
            assertThat(opened.module().status().ready()).isTrue();
        }
    }

    @Test
    void export_tellsWhatWasIssued_andIsAnAnchorOfTheRecord() throws IOException {
        JsonNode export = export();
        JsonNode total = export.path("totals").get(0);
        assertThat(total.path("tokens").intValue()).isEqualTo(TOKENS);
        assertThat(total.path("amount").stringValue()).isEqualTo("128.0");
        assertThat(total.path("supply_group").stringValue()).isEqualTo("201457");
        assertThat(export.path("complete").booleanValue()).isFalse();
        Path file = Path.of(export.path("file").stringValue());
        Ran held = on("audit --against " + file);
        assertThat(held.status()).as(held.out()).isZero();
        assertThat(held.out()).contains("its own hashes, 1 export");

        assertThat(on("export --json --day 2001-01-01").message()).contains("nothing was recorded on 2001-01-01");
        assertThat(on("export --json --day 2001-13-01").status()).isEqualTo(2);

        Path edited = directory.resolve("edited");
        Files.writeString(edited, Files.readString(file).replace("201457", "201458"));
        Ran refused = on("audit --json --against " + edited);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.message()).contains("edited");
    }

    @Test
    void audit_ofAnEditedRecord_namesTheFirstBadRecord() throws IOException {
        Path segment = directory.resolve("store/record/segment-00000001");
        byte[] octets = Files.readAllBytes(segment);
        int at = indexOf(octets, "sale-3");
        octets[at + 5] = '7';
        Files.write(segment, octets);
        Ran damaged = on("audit --json");
        assertThat(damaged.status()).isEqualTo(AuditCommand.DAMAGED);
        long first = damaged.json().path("damage").path("record").longValue();
        assertThat(first).isPositive();
        assertThat(damaged.json().path("last_record").longValue()).isEqualTo(first - 1);
        assertThat(on("audit").out()).contains("THE RECORD IS DAMAGED", "record " + first + ":", "segment-00000001");
    }

    /** A record put back to an older state is whole in itself; only what is known from elsewhere gives it away. */
    @Test
    void audit_ofARecordCutShort_isToldByAnExportOnly() throws IOException, SecurityModuleException {
        Path segment = directory.resolve("store/record/segment-00000001");
        byte[] before = Files.readAllBytes(segment);
        try (ConfiguredModule opened = open("store")) {
            opened.module().setPolicy(opened.module().policy(), "Ada");
        }
        String file = export().path("file").stringValue();
        Files.write(segment, before);
        assertThat(on("audit").status()).isZero();
        Ran held = on("audit --against " + file);
        assertThat(held.status()).isEqualTo(AuditCommand.DAMAGED);
    }

    @Test
    void audit_againstTheExportOfAnotherModule_fails() {
        String file = export().path("file").stringValue();
        open("other").close();
        Ran mistaken = Ran.key("", "audit --json " + directory.resolve("other"), "--against", file);
        assertThat(mistaken.status()).isEqualTo(AuditCommand.DAMAGED);
        assertThat(mistaken.json().path("faults").toString()).contains("is of module");
    }

    @Test
    void audit_ofNoRecord_saysSo() {
        Ran nothing = Ran.key("", "audit --json " + directory.resolve("nowhere"));
        assertThat(nothing.status()).isEqualTo(1);
        assertThat(nothing.message()).contains("nowhere");
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    private static int indexOf(byte[] octets, String text) {
        String all = new String(octets, StandardCharsets.ISO_8859_1);
        int at = all.indexOf(text);
        assertThat(at).isPositive();
        return at;
    }
}
