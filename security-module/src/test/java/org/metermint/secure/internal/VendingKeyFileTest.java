package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.secure.KeyCeremony;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

class VendingKeyFileTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef01234567";
    private static final VendingKeyInfo INFO = info(201457, 3);
    private static final Instant DESTROYED = Instant.parse("2025-06-01T12:00:00Z");

    @TempDir
    Path directory;

    private Path file;
    private KeyEncryptionKeySource source;

    @BeforeEach
    void createKeys() throws Exception {
        file = directory.resolve("vending-keys.json");
        Path keyFile = directory.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        source = KeyEncryptionKeySource.keyFile(keyFile);
        VendingKeyFile keys = new VendingKeyFile(StoreKey.create(source));
        VendingKeyInfo gone = KeyFactsJson.info(
                KeyFactsJson.facts(info(123456, 2)), "DEF456", false, DESTROYED.minusSeconds(60), DESTROYED);
        write(
                keys,
                new VendingKeyFile.Content(
                        List.of(
                                keys.wrap(INFO, HexFormat.of().parseHex(KEY)),
                                keys.wrap(info(123456, 1), new byte[20]),
                                keys.wrap(gone, new byte[0])),
                        List.of(ceremony(keys))));
    }

    private static CeremonyEntry ceremony(VendingKeyFile keys) {
        KeyCeremony ceremony = new KeyCeremony(
                "12ab34cd",
                KeyFactsJson.facts(info(123456, 3)),
                2,
                "0A1B2C",
                "Ada",
                DESTROYED,
                List.of(new KeyCeremony.Contribution("Grace", DESTROYED.plusSeconds(5), "778899")),
                KeyCeremony.State.OPEN,
                null,
                null,
                false);
        return new CeremonyEntry(ceremony, List.of(keys.wrapComponent("12ab34cd", 0, new byte[20])));
    }

    private void write(VendingKeyFile keys, VendingKeyFile.Content content) throws IOException {
        DurableFiles.replace(file, keys.encode(content));
    }

    private static VendingKeyInfo info(int supplyGroup, int revision) {
        return new VendingKeyInfo(
                new SupplyGroupCode(supplyGroup),
                new KeyRevisionNumber(revision),
                KeyType.DUTK,
                BaseDate.BASE_2014,
                new KeyExpiryNumber(170),
                Instant.parse("2020-01-01T00:00:00Z"),
                KeyGeneration.DKGA04,
                "ABC123",
                false);
    }

    @Test
    void open_afterWrite_givesKeysAndFactsBack() throws Exception {
        VendingKeyFile.Opened opened = VendingKeyFile.open(file, source);
        List<VendingKeyFile.Entry> entries = opened.content().keys();
        assertThat(entries)
                .extracting(entry -> entry.info().name())
                .containsExactly(
                        INFO.name(), info(123456, 1).name(), info(123456, 2).name());
        assertThat(entries.getFirst().info()).isEqualTo(INFO);
        assertThat(opened.file().unwrap(file, entries.getFirst())).asHexString().isEqualToIgnoringCase(KEY);
        assertThat(entries.get(2).info().destroyedAt()).isEqualTo(DESTROYED);
        assertThat(opened.file().unwrap(file, entries.get(2))).isEmpty();
        KeyCeremony ceremony = opened.content().ceremonies().getFirst().ceremony();
        assertThat(ceremony.missing()).isEqualTo(1);
        assertThat(ceremony.expectedCheckValue()).isEqualTo("0A1B2C");
        assertThat(Files.readString(file)).doesNotContainIgnoringCase(KEY.substring(0, 12));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"supplyGroup\" : \"201457\"|\"supplyGroup\" : \"201458\"",
                "\"revision\" : 3|\"revision\" : 4",
                "\"type\" : 2|\"type\" : 1",
                "\"baseDate\" : 2014|\"baseDate\" : 2035",
                "\"expiry\" : 170|\"expiry\" : 255",
                "\"activeFrom\" : \"2020|\"activeFrom\" : \"2010",
                "\"algorithm\" : \"DKGA04\"|\"algorithm\" : \"DKGA02\"",
                "\"keyCheckValue\" : \"ABC123\"|\"keyCheckValue\" : \"ABC124\"",
                "\"testOnly\" : false|\"testOnly\" : true"
            })
    void open_factEdited_namesTheEntry(String before, String after) throws Exception {
        edit(before, after);
        assertRefused(Kind.CORRUPT, () -> VendingKeyFile.open(file, source));
        VendingKeyName named = new VendingKeyName(
                new SupplyGroupCode(before.contains("supplyGroup") ? 201458 : 201457),
                new KeyRevisionNumber(before.contains("revision") ? 4 : 3),
                before.contains("type") ? KeyType.DDTK : KeyType.DUTK);
        assertThatThrownBy(() -> VendingKeyFile.open(file, source))
                .hasMessageContaining(named.toString())
                .hasMessageContaining("edited");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"destroyedAt\" : \"2025-06|\"destroyedAt\" : \"2025-07|revision 2",
                "\"expiredAt\" : \"2025-06-01T11:59:00Z\",||revision 2",
                "\"testOnly\" : false,|\"testOnly\" : false, \"expiredAt\" : \"2025-06-01T00:00:00Z\",|revision 3",
                "\"custodians\" : 2|\"custodians\" : 3|seal",
                "\"expectedCheckValue\" : \"0A|\"expectedCheckValue\" : \"0B|seal",
                "\"begunBy\" : \"Ada\"|\"begunBy\" : \"Ida\"|seal",
                "\"custodian\" : \"Grace\"|\"custodian\" : \"Ada\"|seal",
                "\"checkValue\" : \"778899\"|\"checkValue\" : \"778890\"|seal",
                "\"state\" : \"OPEN\"|\"state\" : \"ABANDONED\"|seal"
            })
    void open_lifeOrCeremonyEdited_isRefused(String before, @Nullable String after, String named) throws Exception {
        edit(before, after == null ? "" : after);
        assertRefused(Kind.CORRUPT, () -> VendingKeyFile.open(file, source));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source))
                .hasMessageContaining(named)
                .hasMessageContaining("edited");
    }

    /** Whatever one character of the file becomes, it does not open as if nothing had happened. */
    @Test
    void open_anyCharacterChanged_isRefused() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            if (Character.isWhitespace(whole[i])) {
                continue; // outside of texts it means nothing, and no text has any but the kind of source
            }
            byte[] edited = whole.clone();
            edited[i] ^= 1;
            Files.write(file, edited);
            assertThatThrownBy(() -> VendingKeyFile.open(file, source))
                    .as("octet %d", i)
                    .isInstanceOf(SecurityModuleException.class);
        }
    }

    @Test
    void open_entryLeftOutOrExchanged_isRefused() throws Exception {
        String text = Files.readString(file);
        int first = text.indexOf("[ {") + 2;
        int between = text.indexOf("}, {") + 1;
        int end = text.indexOf("} ]") + 1;
        Files.writeString(file, text.substring(0, between) + text.substring(end));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source)).hasMessageContaining("seal");
        Files.writeString(
                file,
                text.substring(0, first) + text.substring(between + 2, end) + ", " + text.substring(first, between)
                        + text.substring(end));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source)).hasMessageContaining("seal");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"version\" : 2|\"version\" : 3|NEWER_FORMAT|run the version",
                "\"version\" : 2|\"version\" : 1|CORRUPT|reads 2 only",
                "\"version\" : 2|\"version\" : 0|CORRUPT|below 1",
                "\"version\" : 2|\"version\" : \"2\"|CORRUPT|version that is not a whole number",
                "\"format\" : \"metermint|\"format\" : \"moneymint|CORRUPT|member format",
                "\"expiry\" : 170|\"expiry\" : 256|CORRUPT|keys[0].expiry that cannot be read",
                "\"expiry\" : 170,||CORRUPT|lacks the member keys[0].expiry",
                "\"expiry\" : 170|\"expiry\" : 170, \"owner\" : 1|CORRUPT|unknown member keys[0].owner",
                "\"expiry\" : 170|\"expiry\" : 170, \"expiry\" : 255|CORRUPT|members of different names",
                "\"kind\" : \"key file\"|\"kind\" : \"passphrase\"|ACCESS_DENIED|give the passphrase",
                "\"module\" : \"|\"module\" : \"x|CORRUPT|module that cannot be read",
            })
    void open_headEdited_saysWhat(String before, String after, Kind kind, String message) throws Exception {
        edit(before, after == null ? "" : after);
        assertRefused(kind, () -> VendingKeyFile.open(file, source));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source))
                .hasMessageContaining(message)
                .hasMessageContaining(file.toString());
    }

    @Test
    void open_truncatedAnywhere_isRefused() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length - 1; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(Kind.CORRUPT, () -> VendingKeyFile.open(file, source));
        }
    }

    @Test
    void open_withAnotherKeyFile_isDenied() throws Exception {
        Path other = directory.resolve("other");
        KeyEncryptionKeySource.createKeyFile(other);
        KeyEncryptionKeySource wrong = KeyEncryptionKeySource.keyFile(other);
        assertRefused(Kind.ACCESS_DENIED, () -> VendingKeyFile.open(file, wrong));
    }

    @Test
    void passphrase_opensWhatItEncrypted_andNoOtherDoes() throws Exception {
        KeyEncryptionKeySource right = KeyEncryptionKeySource.passphrase("correct horse battery".toCharArray());
        write(new VendingKeyFile(StoreKey.create(right)), VendingKeyFile.Content.EMPTY);
        VendingKeyFile.open(file, right);
        KeyEncryptionKeySource wrong = KeyEncryptionKeySource.passphrase("correct horse buttery".toCharArray());
        assertRefused(Kind.ACCESS_DENIED, () -> VendingKeyFile.open(file, wrong));
        assertThat(right).hasToString("passphrase");
        edit("\"memoryKibibytes\" : \"65536\"", "\"memoryKibibytes\" : \"8\"");
        assertThatThrownBy(() -> VendingKeyFile.open(file, right))
                .hasMessageContaining("memoryKibibytes is outside 65536..1048576");
    }

    @Test
    void passphrase_short_isRefusedForANewStore() {
        KeyEncryptionKeySource shortOne = KeyEncryptionKeySource.passphrase("too short".toCharArray());
        assertRefused(Kind.NOT_PERMITTED, () -> StoreKey.create(shortOne));
    }

    private void edit(String before, String after) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(before);
        int at = text.indexOf(before);
        Files.writeString(file, text.substring(0, at) + after + text.substring(at + before.length()));
    }

    private static void assertRefused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
