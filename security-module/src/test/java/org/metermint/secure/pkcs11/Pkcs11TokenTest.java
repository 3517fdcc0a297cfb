package org.metermint.secure.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.key.TestOnlyVendingKeys;
import org.metermint.token.key.VendingKey;

/** Against SoftHSM, a PKCS#11 token in software. */
class Pkcs11TokenTest {
    private static final String LABEL = "metermint-201457-1-2";

    @TempDir
    Path directory;

    private SoftHsm hsm;

    @BeforeEach
    void createTokens() throws Exception {
        hsm = SoftHsm.create(directory.resolve("hsm"), "till one", "Größe");
    }

    @Test
    void store_vendingKey_computesAsTheKeyInSoftwareDoes() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Pkcs11Token token = hsm.open("till one")) {
            for (int i = 0; i < 20; i++) {
                byte[] key = new byte[20];
                random.nextBytes(key);
                byte[] message = new byte[random.nextInt(200)];
                random.nextBytes(message);
                String label = "key-" + i;
                token.store(label, key);
                assertThat(token.checkValue(label))
                        .as("seed %d", seed)
                        .isEqualTo(VendingKey.of(key).checkValue());
                assertThat(token.hmacSha256(label, message)).as("seed %d", seed).isEqualTo(hmac(key, message));
                assertThat(token.holds(label, key)).isTrue();
                key[random.nextInt(20)] ^= (byte) (1 << random.nextInt(8));
                assertThat(token.holds(label, key)).isFalse();
            }
        }
    }

    @Test
    void key_afterTheTokenWasClosed_isThereAgain() throws Exception {
        byte[] key = TestOnlyVendingKeys.edition2().clearOctets();
        try (Pkcs11Token token = hsm.open("Größe")) {
            assertThat(token.contains(LABEL)).isFalse();
            token.store(LABEL, key);
            Arrays.fill(key, (byte) 0);
        }
        try (Pkcs11Token token = hsm.open("Größe")) {
            assertThat(token.contains(LABEL)).isTrue();
            assertThat(token.checkValue(LABEL))
                    .isEqualTo(TestOnlyVendingKeys.edition2().checkValue());
            token.delete(LABEL);
            assertThat(token.contains(LABEL)).isFalse();
            assertFails(Kind.KEY_ABSENT, LABEL, () -> token.hmacSha256(LABEL, new byte[1]));
            token.delete(LABEL);
        }
        try (Pkcs11Token token = hsm.open("till one")) {
            assertThat(token.contains(LABEL)).as("another token").isFalse();
        }
    }

    @Test
    void key_inTheToken_isNotReadByAnybodyWithThePin() throws Exception {
        try (Pkcs11Token token = hsm.open("till one")) {
            token.store(LABEL, TestOnlyVendingKeys.edition2().clearOctets());
            token.storeRandom("kek");
        }
        assertThat(hsm.pkcs11Tool("till one", "--list-objects", "--type", "secrkey"))
                .contains(LABEL, "kek", "sensitive")
                .doesNotContainIgnoringCase("extractable: yes")
                .doesNotContainPattern("Access:.*(?<!never )extractable")
                .doesNotContainPattern("Usage:.*(wrap|derive|crypt)");
        for (String label : List.of(LABEL, "kek")) {
            Path out = directory.resolve(label);
            String said = hsm.pkcs11Tool(
                    "till one",
                    "--read-object",
                    "--type",
                    "secrkey",
                    "--label",
                    label,
                    "--output-file",
                    out.toString());
            assertThat(said).containsIgnoringCase("error");
            assertThat(Files.notExists(out) || Files.size(out) == 0).as(said).isTrue();
        }
        // the same tool reads a key that may be read, so its failure above means something
        hsm.pkcs11Tool(
                "till one",
                "--write-object",
                Files.write(directory.resolve("clear"), new byte[32]).toString(),
                "--type",
                "secrkey",
                "--key-type",
                "AES:32",
                "--label",
                "clear",
                "--extractable");
        Path out = directory.resolve("out");
        hsm.pkcs11Tool(
                "till one", "--read-object", "--type", "secrkey", "--label", "clear", "--output-file", out.toString());
        assertThat(out).hasSize(32);
    }

    @Test
    void key_thatAnotherProgramPutInReadable_isRefused() throws Exception {
        Path clear = Files.write(directory.resolve("clear"), new byte[32]);
        hsm.pkcs11Tool(
                "till one",
                "--write-object",
                clear.toString(),
                "--type",
                "secrkey",
                "--key-type",
                "AES:32",
                "--label",
                "clear",
                "--extractable");
        try (Pkcs11Token token = hsm.open("till one")) {
            assertThat(token.contains("clear")).isTrue();
            assertFails(Kind.NOT_PERMITTED, "lets the key labelled clear be read", () -> token.checkValue("clear"));
        }
    }

    @Test
    void store_wrongKeys_areRefusedWithTheReason() throws Exception {
        try (Pkcs11Token token = hsm.open("till one")) {
            byte[] edition1 = TestOnlyVendingKeys.edition1().clearOctets();
            assertFails(Kind.NOT_PERMITTED, "DKGA02 (64 bits) cannot live", () -> token.store(LABEL, edition1));
            assertFails(Kind.NOT_PERMITTED, "has 19 octets", () -> token.store(LABEL, new byte[19]));
            for (String label : List.of("", "two words", "ä", "x".repeat(65))) {
                assertFails(Kind.NOT_PERMITTED, "key label", () -> token.store(label, new byte[20]));
            }
            assertThat(token.contains(LABEL)).isFalse();
            token.store(LABEL, new byte[20]);
            assertFails(Kind.KEY_PRESENT, LABEL, () -> token.store(LABEL, new byte[20]));
            assertFails(Kind.KEY_PRESENT, LABEL, () -> token.storeRandom(LABEL));
        }
    }

    @Test
    void storeRandom_twice_makesTwoKeys() throws Exception {
        try (Pkcs11Token token = hsm.open("till one")) {
            token.storeRandom("a");
            token.storeRandom("b");
            assertThat(token.hmacSha256("a", new byte[1]))
                    .hasSize(32)
                    .isEqualTo(token.hmacSha256("a", new byte[1]))
                    .isNotEqualTo(token.hmacSha256("b", new byte[1]))
                    .isNotEqualTo(hmac(new byte[1], new byte[1]));
        }
    }

    @Test
    void open_wrongPin_isDeniedAndTheRightOneWorksAfterIt() throws Exception {
        for (String pin : List.of("482916", "1", "")) {
            assertFails(
                    Kind.ACCESS_DENIED,
                    "tokens lock",
                    () -> Pkcs11Token.open(hsm.library(), "till one", pin.toCharArray()));
        }
        hsm.open("till one").close();
    }

    @Test
    void open_whileItIsOpen_isRefusedWhateverThePin() throws Exception {
        Pkcs11Token token = hsm.open("till one");
        try (token) {
            Path link = Files.createSymbolicLink(directory.resolve("link.so"), hsm.library());
            assertFails(Kind.IN_USE, "close it first", () -> Pkcs11Token.open(link, "till one", "0000".toCharArray()));
            hsm.open("Größe").close();
            assertThat(token.contains(LABEL))
                    .as("after another token was closed")
                    .isFalse();
        }
        assertFails(Kind.ACCESS_DENIED, "PIN", () -> Pkcs11Token.open(hsm.library(), "till one", "0000".toCharArray()));
        token.close();
        assertFails(Kind.UNAVAILABLE, "is closed", () -> token.contains(LABEL));
        assertFails(Kind.UNAVAILABLE, "is closed", () -> token.hmacSha256(LABEL, new byte[1]));
    }

    @Test
    void open_labelThatIsNotThere_namesThoseThatAre() {
        for (String label : List.of("till two", "till", "till one ", "")) {
            assertFails(Kind.UNAVAILABLE, "\"till one\"", () -> hsm.open(label));
            assertFails(Kind.UNAVAILABLE, "\"Größe\"", () -> hsm.open(label));
        }
    }

    @Test
    void open_labelOfTwoTokens_isRefused() throws Exception {
        SoftHsm twins = SoftHsm.create(directory.resolve("twins"), "twin", "other", "twin");
        assertFails(Kind.NOT_PERMITTED, "2 tokens", () -> twins.open("twin"));
        twins.open("other").close();
    }

    @Test
    void open_noTokenAtAll_saysSo() throws Exception {
        SoftHsm empty = SoftHsm.create(directory.resolve("empty"));
        assertFails(Kind.UNAVAILABLE, "there is no token", () -> empty.open("till one"));
    }

    @Test
    void open_wrongLibrary_isToldWithItsPath() throws Exception {
        Path missing = directory.resolve("missing.so");
        assertFails(Kind.UNAVAILABLE, missing.toString(), () -> Pkcs11Token.open(missing, "t", new char[4]));
        assertFails(Kind.UNAVAILABLE, directory.toString(), () -> Pkcs11Token.open(directory, "t", new char[4]));
        Path text = Files.writeString(directory.resolve("text.so"), "not a library");
        assertFails(Kind.UNAVAILABLE, text.toString(), () -> Pkcs11Token.open(text, "t", new char[4]));
        Path odd = Files.copy(text, directory.resolve("a \"b\" \\ $c.so"));
        assertFails(Kind.UNAVAILABLE, odd.toString(), () -> Pkcs11Token.open(odd, "t", new char[4]));
    }

    @Test
    void open_pathWithBlanksAndQuotes_works() throws Exception {
        SoftHsm odd = SoftHsm.create(directory.resolve("a \"b\" \\ $c"), "odd");
        odd.open("odd").close();
    }

    @Test
    void token_takenAway_isUnavailableWithTheReason() throws Exception {
        try (Pkcs11Token token = hsm.open("till one")) {
            token.store(LABEL, new byte[20]);
            token.hmacSha256(LABEL, new byte[1]);
            deleteAll(hsm.tokens());
            assertFails(Kind.UNAVAILABLE, "CKR_", () -> token.hmacSha256(LABEL, new byte[1]));
            assertFails(Kind.UNAVAILABLE, "CKR_", () -> token.store("other", new byte[20]));
        }
    }

    @Test
    void hmac_ofManyThreads_isThatOfOne() throws Exception {
        byte[] key = TestOnlyVendingKeys.edition2().clearOctets();
        try (Pkcs11Token token = hsm.open("till one");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            token.store(LABEL, key);
            List<Callable<Integer>> tasks = Stream.iterate(0, i -> i + 1)
                    .limit(32)
                    .<Callable<Integer>>map(i -> () -> {
                        for (byte n = 0; n < 50; n++) {
                            byte[] message = {i.byteValue(), n};
                            assertThat(token.hmacSha256(LABEL, message)).isEqualTo(hmac(key, message));
                        }
                        return i;
                    })
                    .toList();
            for (Future<Integer> done : threads.invokeAll(tasks)) {
                done.get();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"till one", "nobody"})
    void open_whateverComesOfIt_printsNothingAndLeavesTheOutputOfOthersAlone(String label) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream ours = new PrintStream(shown, true, StandardCharsets.UTF_8);
        System.setOut(ours);
        try {
            Thread other = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 2000; i++) {
                    System.out.println("line ä " + i);
                }
            });
            while (other.isAlive()) {
                try {
                    hsm.open(label).close();
                } catch (SecurityModuleException e) {
                    assertThat(label).isEqualTo("nobody");
                }
            }
            assertThat(System.out).isSameAs(ours);
        } finally {
            System.setOut(out);
        }
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualTo(Stream.iterate(0, i -> i + 1)
                        .limit(2000)
                        .map(i -> "line ä " + i + System.lineSeparator())
                        .reduce("", String::concat));
    }

    @Test
    void toString_ofAllThatIsSecret_showsNothing() throws Exception {
        byte[] octets = TestOnlyVendingKeys.edition2().clearOctets();
        assertThat(new HmacKey(octets, 64)).hasToString("HmacKey[512 secret bits]");
        try (Pkcs11Token token = hsm.open("till one")) {
            assertThat(token).hasToString("PKCS#11 token \"till one\"");
        }
    }

    private static byte[] hmac(byte[] key, byte[] message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static void deleteAll(Path directory) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void assertFails(Kind kind, String message, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message)
                .hasMessageNotContaining(SoftHsm.PIN);
    }
}
