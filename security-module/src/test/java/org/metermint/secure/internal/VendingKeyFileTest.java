package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

class VendingKeyFileTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef01234567";
    private static final VendingKeyInfo INFO = info(201457, 3);

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
        VendingKeyFile keys = VendingKeyFile.create(file, source);
        keys.write(List.of(keys.wrap(INFO, HexFormat.of().parseHex(KEY)), keys.wrap(info(123456, 1), new byte[20])));
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
        List<VendingKeyFile.Entry> entries = new ArrayList<>();
        VendingKeyFile keys = VendingKeyFile.open(file, source, entries);
        assertThat(entries).extracting(VendingKeyFile.Entry::info).containsExactly(INFO, info(123456, 1));
        assertThat(keys.unwrap(entries.getFirst())).asHexString().isEqualToIgnoringCase(KEY);
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
        List<VendingKeyFile.Entry> entries = new ArrayList<>();
        assertRefused(Kind.CORRUPT, () -> VendingKeyFile.open(file, source, entries));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source, new ArrayList<>()))
                .hasMessageContaining(entries.getFirst().info().name().toString())
                .hasMessageContaining("edited");
    }

    @Test
    void open_entryLeftOutOrExchanged_isRefused() throws Exception {
        String text = Files.readString(file);
        int first = text.indexOf("[ {") + 2;
        int between = text.indexOf("}, {") + 1;
        int end = text.indexOf("} ]") + 1;
        Files.writeString(file, text.substring(0, between) + text.substring(end));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source, new ArrayList<>()))
                .hasMessageContaining("seal");
        Files.writeString(
                file,
                text.substring(0, first) + text.substring(between + 2, end) + ", " + text.substring(first, between)
                        + text.substring(end));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source, new ArrayList<>()))
                .hasMessageContaining("seal");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"version\" : 1|\"version\" : 2|NEWER_FORMAT|run the version",
                "\"version\" : 1|\"version\" : 0|CORRUPT|below 1",
                "\"version\" : 1|\"version\" : \"1\"|CORRUPT|version that is not a whole number",
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
        assertRefused(kind, () -> VendingKeyFile.open(file, source, new ArrayList<>()));
        assertThatThrownBy(() -> VendingKeyFile.open(file, source, new ArrayList<>()))
                .hasMessageContaining(message)
                .hasMessageContaining(file.toString());
    }

    @Test
    void open_truncatedAnywhere_isRefused() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length - 2; length += 37) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(Kind.CORRUPT, () -> VendingKeyFile.open(file, source, new ArrayList<>()));
        }
    }

    @Test
    void open_withAnotherKeyFile_isDenied() throws Exception {
        Path other = directory.resolve("other");
        KeyEncryptionKeySource.createKeyFile(other);
        KeyEncryptionKeySource wrong = KeyEncryptionKeySource.keyFile(other);
        assertRefused(Kind.ACCESS_DENIED, () -> VendingKeyFile.open(file, wrong, new ArrayList<>()));
    }

    @Test
    void passphrase_opensWhatItEncrypted_andNoOtherDoes() throws Exception {
        KeyEncryptionKeySource right = KeyEncryptionKeySource.passphrase("correct horse battery".toCharArray());
        VendingKeyFile.create(file, right).write(List.of());
        VendingKeyFile.open(file, right, new ArrayList<>());
        KeyEncryptionKeySource wrong = KeyEncryptionKeySource.passphrase("correct horse buttery".toCharArray());
        assertRefused(Kind.ACCESS_DENIED, () -> VendingKeyFile.open(file, wrong, new ArrayList<>()));
        assertThat(right).hasToString("passphrase");
        edit("\"memoryKibibytes\" : \"65536\"", "\"memoryKibibytes\" : \"8\"");
        assertThatThrownBy(() -> VendingKeyFile.open(file, right, new ArrayList<>()))
                .hasMessageContaining("memoryKibibytes is outside 65536..1048576");
    }

    @Test
    void passphrase_short_isRefusedForANewStore() {
        KeyEncryptionKeySource shortOne = KeyEncryptionKeySource.passphrase("too short".toCharArray());
        assertRefused(Kind.NOT_PERMITTED, () -> VendingKeyFile.create(file, shortOne));
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
