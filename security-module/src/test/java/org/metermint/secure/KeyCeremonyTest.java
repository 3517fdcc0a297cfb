package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.facts;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.secure.KeyCeremony.State;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyType;
import org.metermint.token.key.VendingKey;

/** Keys that come in by components, and what does not come in. */
class KeyCeremonyTest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final VendingKeyFacts EDITION_2 =
            facts(400000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
    private static final VendingKeyFacts EDITION_1 =
            facts(400001, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA02);
    private static final List<String> PEOPLE = List.of("Ada", "Grace", "Hedy");

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private Path directory;
    private SoftwareSecurityModule module;

    @BeforeEach
    void open() throws Exception {
        directory = parent.resolve("store");
        module = TestModules.open(directory, clock.clock());
    }

    @AfterEach
    void close() {
        module.close();
    }

    private void restart() throws Exception {
        module.close();
        module = TestModules.open(directory, clock.clock());
    }

    private static byte[] octets(String hex) {
        return HEX.parseHex(hex);
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] result = one.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= other[i];
        }
        return result;
    }

    /** Computed apart from the code under test: DES ignores the parity, so any parity will do. */
    private static String checkValue(byte[] component) {
        byte[] odd = component.clone();
        for (int i = 0; i < odd.length && odd.length == 8; i++) {
            odd[i] |= 1;
            odd[i] -= (byte) (1 - Integer.bitCount(odd[i] & 0xFF) % 2);
        }
        return VendingKey.of(odd).checkValue();
    }

    private KeyCeremony enter(KeyCeremony ceremony, String person, byte[] component) throws SecurityModuleException {
        clock.set(clock.instant().plusSeconds(3600));
        return module.custody().enterComponent(ceremony.id(), person, component, checkValue(component));
    }

    private KeyCeremony begin(VendingKeyFacts facts, int custodians, @Nullable String expected)
            throws SecurityModuleException {
        return module.custody().beginCeremony(facts, custodians, expected, "Margaret");
    }

    /** Random keys, split into two or three components, with restarts in between: the same tokens as from an import. */
    @Test
    void componentsThatComeAtDifferentTimes_makeTheKey() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 8; i++) {
            KeyGeneration algorithm = i % 2 == 0 ? KeyGeneration.DKGA04 : KeyGeneration.DKGA02;
            int custodians = 2 + i / 2 % 2;
            VendingKeyFacts facts = facts(500000 + i, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, algorithm);
            byte[] key = randomOctets(random, algorithm);
            List<byte[]> components = new ArrayList<>();
            byte[] rest = key;
            for (int c = 1; c < custodians; c++) {
                components.add(randomOctets(random, algorithm));
                rest = xor(rest, components.getLast());
            }
            components.add(rest);
            KeyCeremony ceremony = begin(facts, custodians, i < 4 ? checkValue(key) : null);
            for (int c = 0; c < custodians; c++) {
                assertThat(ceremony.missing()).isEqualTo(custodians - c);
                ceremony = enter(ceremony, PEOPLE.get(c), components.get(c));
                restart();
                assertThat(module.custody().ceremonies()).contains(ceremony);
                assertNoSecret(components);
            }
            assertThat(ceremony.state()).isEqualTo(State.COMPLETE);
            assertThat(ceremony.keyCheckValue()).as("seed %d", seed).isEqualTo(checkValue(key));
            assertThat(ceremony.endedAt()).isEqualTo(clock.instant());
            assertThat(module.importVendingKey(facts, key).keyCheckValue()).isEqualTo(checkValue(key)); // the same key
            MeterKeyState meter = TestModules.meter(
                    "600727000000000009",
                    algorithm == KeyGeneration.DKGA04 ? EncryptionAlgorithm.EA11 : EncryptionAlgorithm.EA07,
                    500000 + i,
                    1);
            module.issue(TestModules.credit(new MessageId("m" + i), meter, TestModules.minute(60 * 24 * (i + 1))));
        }
        assertThat(Files.readString(directory.resolve("vending-keys.json"))).contains("\"components\" : [ ]");
        assertThat(module.custody().ceremonies()).hasSize(8).allMatch(one -> one.state() == State.COMPLETE);
    }

    private static byte[] randomOctets(Random random, KeyGeneration algorithm) {
        byte[] octets = new byte[algorithm.keyOctets()];
        random.nextBytes(octets);
        for (int i = 0; i < octets.length && algorithm == KeyGeneration.DKGA02; i++) {
            octets[i] = (byte) (Integer.bitCount(octets[i] & 0xFF) % 2 == 0 ? octets[i] ^ 1 : octets[i]);
        }
        return octets;
    }

    private void assertNoSecret(List<byte[]> components) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            for (byte[] component : components) {
                assertThat(content.toUpperCase(Locale.ROOT)).doesNotContain(HEX.formatHex(component));
                assertThat(content).doesNotContain(new String(component, StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Test
    void component_withAnotherCheckValue_isRefused_andTheNextTryCounts() throws Exception {
        KeyCeremony ceremony = begin(EDITION_2, 2, null);
        byte[] component = octets("00112233445566778899AABBCCDDEEFF00112233");
        byte[] mistyped = octets("00112233445566778899AABBCCDDEEFF00112234");
        assertRefused(
                () -> module.custody().enterComponent(ceremony.id(), "Ada", mistyped, checkValue(component)),
                "does not have the check value " + checkValue(component));
        assertRefused(
                () -> module.custody().enterComponent(ceremony.id(), "Ada", component, "12345"),
                "six hexadecimal digits");
        assertThat(module.custody().ceremonies().getFirst().contributions()).isEmpty();
        String lower = " " + checkValue(component).toLowerCase(Locale.ROOT) + " ";
        assertThat(module.custody()
                        .enterComponent(ceremony.id(), "Ada", component, lower)
                        .missing())
                .isEqualTo(1);
    }

    @Test
    void sameCustodianOrComponentTwice_isRefused() throws Exception {
        KeyCeremony ceremony = begin(EDITION_1, 3, null);
        byte[] first = octets("0123456789ABCDEF");
        enter(ceremony, "Ada  Lovelace", first);
        assertRefused(() -> enter(ceremony, "ada lovelace", octets("1032547698BADCFE")), "is for another person");
        assertRefused(() -> enter(ceremony, "Grace", first), "is that of Ada Lovelace");
        assertRefused(
                () -> enter(ceremony, "Grace", octets("0022446688AACCEE")), "is that of Ada Lovelace"); // but parity
        restart();
        assertRefused(() -> enter(ceremony, "Ada Lovelace", octets("1032547698BADCFE")), "is for another person");
        assertRefused(() -> enter(ceremony, "Grace", first), "is that of Ada Lovelace");
        assertThat(module.custody().ceremonies().getFirst().missing()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        // the second component, what is wrong with it or with what it makes of the first, 0123456789ABCDEF
        "0123456789ABCD, has 7 octets",
        "0000000000000000, a component of zeros",
        "0101010101010101, a component of zeros",
        "0022446688AACCEE, twice the same",
        "FFDDBB9977553311, weak keys of DES",
        "E1C3A587785A3C1E, weak keys of DES",
        "003C447888A5CCE1, weak keys of DES",
        "00224466768455EE, 7 of 8 octets have odd parity",
        "013C457A89B4CDF0, 3 of 8 octets have odd parity",
        "FEDCBA9876543211, 1 of 8 octets have odd parity",
    })
    void lastComponent_thatMakesNoKey_isNotTaken(String hex, String message) throws Exception {
        KeyCeremony ceremony = begin(EDITION_1, 2, null);
        enter(ceremony, "Ada", octets("0123456789ABCDEF"));
        String keyFile = Files.readString(directory.resolve("vending-keys.json"));
        byte[] second = octets(hex);
        String stated = second.length == 8 ? checkValue(second) : "000000";
        assertRefused(() -> module.custody().enterComponent(ceremony.id(), "Grace", second, stated), message);
        assertThat(Files.readString(directory.resolve("vending-keys.json"))).isEqualTo(keyFile);
        assertThat(module.vendingKeys()).isEmpty();
        assertThat(enter(ceremony, "Grace", octets("10017623DCCDBA67")).state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void key160_ofZeros_isRefused() throws Exception {
        KeyCeremony ceremony = begin(EDITION_2, 3, null);
        byte[] one = octets("00112233445566778899AABBCCDDEEFF00112233");
        byte[] two = octets("FF112233445566778899AABBCCDDEEFF00112234");
        enter(ceremony, "Ada", one);
        enter(ceremony, "Grace", two);
        assertRefused(() -> enter(ceremony, "Hedy", xor(one, two)), "a key of zeros");
        assertRefused(() -> enter(ceremony, "Hedy", new byte[20]), "a component of zeros");
        assertThat(enter(ceremony, "Hedy", octets("01112233445566778899AABBCCDDEEFF00112234"))
                        .state())
                .isEqualTo(State.COMPLETE);
    }

    @Test
    void key_withAnotherCheckValueThanExpected_isNotTaken() throws Exception {
        byte[] one = octets("00112233445566778899AABBCCDDEEFF00112233");
        byte[] two = octets("FF112233445566778899AABBCCDDEEFF00112234");
        byte[] wrong = octets("FF112233445566778899AABBCCDDEEFF00112235");
        KeyCeremony ceremony = begin(EDITION_2, 2, checkValue(xor(one, two)).toLowerCase(Locale.ROOT));
        enter(ceremony, "Ada", one);
        assertRefused(() -> enter(ceremony, "Grace", wrong), "is not " + checkValue(xor(one, two)));
        assertThat(enter(ceremony, "Grace", two).keyCheckValue()).isEqualTo(checkValue(xor(one, two)));
    }

    @Test
    void publicTestKey_isLabelledWhateverItCameAs() throws Exception {
        byte[] one = octets("00112233445566778899AABBCCDDEEFF00112233");
        byte[] test = octets("ABABABABABABABAB949494949494949401234567");
        KeyCeremony ceremony = begin(EDITION_2, 2, null);
        enter(ceremony, "Ada", one);
        assertThat(enter(ceremony, "Grace", xor(one, test)).testOnly()).isTrue();
        assertThat(module.vendingKeys().getFirst().testOnly()).isTrue();
    }

    @Test
    void abandon_wipesComponents_andFreesTheName() throws Exception {
        KeyCeremony ceremony = begin(EDITION_2, 2, null);
        enter(ceremony, "Ada", octets("00112233445566778899AABBCCDDEEFF00112233"));
        assertRefused(() -> begin(EDITION_2, 3, null), "ceremony " + ceremony.id());
        KeyCeremony abandoned = module.custody().abandonCeremony(ceremony.id(), "Margaret", "sheet lost");
        assertThat(abandoned.state()).isEqualTo(State.ABANDONED);
        assertThat(Files.readString(directory.resolve("vending-keys.json"))).contains("\"components\" : [ ]");
        restart();
        assertThat(module.custody().ceremonies()).containsExactly(abandoned);
        assertRefused(() -> enter(ceremony, "Grace", new byte[20]), "is abandoned since");
        assertRefused(() -> module.custody().abandonCeremony(ceremony.id(), "Margaret", "again"), "is abandoned");
        assertThat(begin(EDITION_2, 2, null).id()).isNotEqualTo(ceremony.id());
    }

    @Test
    void ceremony_forAKeyThatIsThere_isRefused_andMayBringBackADestroyedOne() throws Exception {
        byte[] key = octets("FF112233445566778899AABBCCDDEEFF01234567");
        VendingKeyName name = module.importVendingKey(EDITION_2, key).name();
        assertThatThrownBy(() -> begin(EDITION_2, 2, null))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.KEY_PRESENT));
        module.custody().destroy(name, "Ada", "Grace", "moved");
        KeyCeremony ceremony = begin(EDITION_2, 2, null);
        byte[] one = octets("00112233445566778899AABBCCDDEEFF00112233");
        enter(ceremony, "Ada", one);
        assertThatThrownBy(() -> enter(ceremony, "Grace", octets("10112233445566778899AABBCCDDEEFF00112233")))
                .hasMessageContaining("destroyed at");
        assertThat(enter(ceremony, "Grace", xor(one, key)).keyCheckValue()).isEqualTo(checkValue(key));
        assertThat(module.vendingKeys().getFirst().status(clock.instant())).isEqualTo(KeyStatus.ACTIVE);
    }

    @Test
    void importOfAnotherKeyMeanwhile_isNotOverwritten() throws Exception {
        KeyCeremony ceremony = begin(EDITION_2, 2, null);
        enter(ceremony, "Ada", octets("00112233445566778899AABBCCDDEEFF00112233"));
        module.importVendingKey(EDITION_2, octets("FF112233445566778899AABBCCDDEEFF01234567"));
        assertThatThrownBy(() -> enter(ceremony, "Grace", octets("10112233445566778899AABBCCDDEEFF00112233")))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.KEY_PRESENT));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 4})
    void begin_withAnotherNumberOfCustodians_isRefused(int custodians) {
        assertRefused(() -> begin(EDITION_2, custodians, null), "outside 2..3");
    }

    @Test
    void begin_withWhatIsNoCheckValue_isRefused() {
        assertRefused(() -> begin(EDITION_2, 2, "12345G"), "six hexadecimal digits");
        assertRefused(() -> module.custody().enterComponent("00000000", "Ada", new byte[20], "000000"), "no ceremony");
    }

    @Test
    void callersComponent_isLeftToTheCaller() throws Exception {
        byte[] component = octets("00112233445566778899AABBCCDDEEFF00112233");
        byte[] copy = component.clone();
        enter(begin(EDITION_2, 2, null), "Ada", component);
        assertThat(Arrays.equals(component, copy)).isTrue();
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_PERMITTED))
                .hasMessageContaining(message);
    }
}
