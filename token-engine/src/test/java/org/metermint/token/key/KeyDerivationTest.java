package org.metermint.token.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.Vectors;
import tools.jackson.databind.JsonNode;

class KeyDerivationTest {
    private static final long SEED = 800_108;
    private static final int CASES = Boolean.getBoolean("metermint.full") ? 200_000 : 2_000;
    private static final MeterPan PAN = new MeterPan("600727000000000009");

    static Stream<JsonNode> vectors() {
        return Vectors.of("dkga.json");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void derive_vector_givesItsKey(JsonNode vector) {
        KeyDerivation derivation = KeyDerivation.ofNumber(vector.get("dkga").intValue());
        VendingKey vendingKey = VendingKey.parseHex(vector.get("vk").stringValue());

        assertThat(derivation.derive(vendingKey, identity(vector)).clearHex())
                .isEqualTo(vector.get("key").stringValue());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void blocks_vector_areItsBlocks(JsonNode vector) {
        if (vector.has("pan_block")) {
            DecoderKeyIdentity identity = identity(vector);
            assertThat(KeyBlocks.panBlock(identity.pan(), identity.type()))
                    .isEqualTo(hex(vector.get("pan_block").stringValue()));
            assertThat(KeyBlocks.controlBlock(
                            identity.type(), identity.supplyGroup(), identity.tariffIndex(), identity.revision()))
                    .isEqualTo(hex(vector.get("control_block").stringValue()));
        }
    }

    /** The hot path gives what the one-off derivation gives, whatever was derived before it. */
    @Test
    void derivers_reusedForEveryVector_giveItsKey() {
        for (JsonNode vector :
                vectors().filter(v -> v.get("dkga").intValue() == 4).toList()) {
            Dkga04Deriver deriver =
                    new Dkga04Deriver(VendingKey.parseHex(vector.get("vk").stringValue()));
            for (JsonNode other :
                    vectors().filter(v -> v.get("kt").intValue() != 3).toList()) {
                DecoderKeyIdentity identity = identity(other);
                deriver.compute(identity);
                assertThat(DecoderKey.of(identity.algorithm(), deriver.keyHigh(), deriver.keyLow()))
                        .isEqualTo(deriver.derive(identity));
            }
            assertThat(deriver.derive(identity(vector)).clearHex())
                    .isEqualTo(vector.get("key").stringValue());
        }
    }

    @Test
    void dkga04AgreesWithTheJdksHmacOverTheBlockAsText() throws GeneralSecurityException {
        Mac jdk = Mac.getInstance("HmacSHA256");
        Random random = new Random(SEED);
        byte[] octets = new byte[20];
        for (int i = 0; i < CASES; i++) {
            random.nextBytes(octets);
            DecoderKeyIdentity identity = randomIdentity(random);
            jdk.init(new SecretKeySpec(octets, "HmacSHA256"));
            byte[] code = jdk.doFinal(HexFormat.of().parseHex(dataBlock(identity)));
            String expected =
                    HexFormat.of().formatHex(code, 0, identity.algorithm().keyBits() / 8);

            assertThat(KeyDerivation.DKGA04
                            .derive(VendingKey.of(octets), identity)
                            .clearHex())
                    .as("seed %d, case %d", SEED, i)
                    .isEqualTo(expected);
            assertThat(Dkga04Message.of(identity))
                    .as("seed %d, case %d", SEED, i)
                    .asHexString()
                    .isEqualToIgnoringCase(dataBlock(identity));
            assertThat(Dkga04Message.key(identity, code).clearHex())
                    .as("seed %d, case %d", SEED, i)
                    .isEqualTo(expected);
        }
    }

    @Test
    void message_ofNoKeyOfDkga04_isRefused() {
        assertThatThrownBy(() -> Dkga04Message.of(identity(PAN, EncryptionAlgorithm.EA07, KeyType.DCTK)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DCTK");
        assertThatThrownBy(() -> Dkga04Message.of(identity(PAN, EncryptionAlgorithm.EA09, KeyType.DUTK)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("EA09");
        assertThatThrownBy(() -> Dkga04Message.key(identity(PAN, EncryptionAlgorithm.EA07, KeyType.DUTK), new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("31 octets");
    }

    @Test
    void dataBlock_vector_isTheModels() {
        vectors()
                .filter(vector -> vector.has("data_block"))
                .forEach(vector -> assertThat(dataBlock(identity(vector)))
                        .isEqualToIgnoringCase(vector.get("data_block").stringValue()));
    }

    /** No vector is public for the two legacy algorithms; here they are what the formulas say, by the JDK's ciphers. */
    @Test
    void legacyAlgorithmsAgreeWithTheirFormulasOnTheJdksCiphers() throws GeneralSecurityException {
        DecoderKeyIdentity identity = identity(PAN, EncryptionAlgorithm.EA07, KeyType.DUTK);
        long data = hex("0072700000000000") ^ hex("2123456011FFFFFF");
        long single = hex("ABABABABABABABAB");
        long dkga01 = ecb("DES", octets(data), single) ^ single;
        String pair = "ABABABABABABABAB9494949494949494";
        String ede = pair + pair.substring(0, 16);
        long dkga03 = ecb("DESede", HexFormat.of().parseHex(ede), data) ^ data;

        assertThat(KeyDerivation.DKGA01
                        .derive(TestOnlyVendingKeys.edition1(), identity)
                        .low())
                .isEqualTo(dkga01);
        assertThat(KeyDerivation.DKGA03
                        .derive(VendingKey.parseHex(pair), identity)
                        .low())
                .isEqualTo(dkga03);
    }

    private static long ecb(String cipher, byte[] key, long block) throws GeneralSecurityException {
        Cipher jdk = Cipher.getInstance(cipher + "/ECB/NoPadding");
        jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, cipher));
        return ByteBuffer.wrap(jdk.doFinal(octets(block))).getLong();
    }

    @Test
    void isLegacy_ofEach_holdsForDkga01AndDkga03() {
        assertThat(Stream.of(KeyDerivation.values()).filter(KeyDerivation::isLegacy))
                .containsExactly(KeyDerivation.DKGA01, KeyDerivation.DKGA03);
    }

    @Test
    void ofNumber_ofEach_findsItAgain() {
        for (KeyDerivation derivation : KeyDerivation.values()) {
            assertThat(KeyDerivation.ofNumber(derivation.number())).isSameAs(derivation);
        }
        assertThatThrownBy(() -> KeyDerivation.ofNumber(5)).hasMessage("key derivation 5 is outside 1..4");
    }

    @ParameterizedTest
    @EnumSource(KeyDerivation.class)
    void derive_initialisationKey_isRefused(KeyDerivation derivation) {
        VendingKey vendingKey = someKey(derivation.vendingKeyBits());

        assertThatThrownBy(() -> derivation.derive(vendingKey, identity(PAN, EncryptionAlgorithm.EA07, KeyType.DITK)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key type 0 (DITK) is chosen by the maker of the meter and never derived;"
                        + " key type must be 1, 2 or 3");
    }

    @ParameterizedTest
    @CsvSource({
        "DKGA01, 160, DKGA01 needs a vending key of 64 bits; this one has 160",
        "DKGA02, 128, DKGA02 needs a vending key of 64 bits; this one has 128",
        "DKGA03, 64, DKGA03 needs a vending key of 128 bits; this one has 64",
        "DKGA04, 64, DKGA04 needs a vending key of 160 bits; this one has 64"
    })
    void derive_vendingKeyOfAnotherLength_namesBoth(KeyDerivation derivation, int bits, String message) {
        assertThatThrownBy(
                        () -> derivation.derive(someKey(bits), identity(PAN, EncryptionAlgorithm.EA07, KeyType.DUTK)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "DKGA01, EA11, a key for EA11 does not come from DKGA01; EA11 needs DKGA04",
        "DKGA02, EA11, a key for EA11 does not come from DKGA02; EA11 needs DKGA04",
        "DKGA03, EA11, a key for EA11 does not come from DKGA03; EA11 needs DKGA04",
        "DKGA04, EA09, a key for EA09 does not come from DKGA04; EA07 and EA11 do"
    })
    void derive_cipherOfAnotherAlgorithm_isRefused(
            KeyDerivation derivation, EncryptionAlgorithm algorithm, String message) {
        assertThat(derivation.allows(algorithm)).isFalse();
        assertThatThrownBy(() ->
                        derivation.derive(someKey(derivation.vendingKeyBits()), identity(PAN, algorithm, KeyType.DUTK)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void dkga04_commonKey_isRefusedUnlessAskedForByName() {
        DecoderKeyIdentity common = identity(PAN, EncryptionAlgorithm.EA07, KeyType.DCTK);
        VendingKey vendingKey = TestOnlyVendingKeys.edition2();

        assertThatThrownBy(() -> KeyDerivation.DKGA04.derive(vendingKey, common))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DKGA04 makes of key type 3 (DCTK)");
        assertThatThrownBy(() -> new Dkga04Deriver(vendingKey).compute(common))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Dkga04Deriver.withUnprovenCommonKeys(vendingKey).derive(common))
                .isEqualTo(Dkga04Deriver.withUnprovenCommonKeys(vendingKey)
                        .derive(identity(new MeterPan("600727111111111153"), EncryptionAlgorithm.EA07, KeyType.DCTK)));
    }

    @Test
    void deriver_destroyed_refusesToWork() {
        Dkga04Deriver deriver = new Dkga04Deriver(TestOnlyVendingKeys.edition2());
        deriver.compute(identity(PAN, EncryptionAlgorithm.EA11, KeyType.DUTK));
        deriver.destroy();

        assertThat(deriver.isDestroyed()).isTrue();
        assertThat(deriver.keyHigh() | deriver.keyLow()).isZero();
        assertThatThrownBy(() -> deriver.compute(identity(PAN, EncryptionAlgorithm.EA11, KeyType.DUTK)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the deriver is destroyed");
    }

    private static VendingKey someKey(int bits) {
        return VendingKey.parseHex("AB".repeat(bits / 8));
    }

    private static DecoderKeyIdentity identity(JsonNode vector) {
        return new DecoderKeyIdentity(
                new MeterPan(vector.get("pan").stringValue()),
                EncryptionAlgorithm.ofNumber(vector.get("ea").intValue()),
                SupplyGroupCode.parse(vector.get("sgc").stringValue()),
                TariffIndex.parse(vector.get("ti").stringValue()),
                new KeyRevisionNumber(vector.get("krn").intValue()),
                KeyType.ofNumber(vector.get("kt").intValue()),
                BaseDate.ofCode(vector.get("bdt").stringValue()));
    }

    private static DecoderKeyIdentity identity(MeterPan pan, EncryptionAlgorithm algorithm, KeyType type) {
        return new DecoderKeyIdentity(
                pan,
                algorithm,
                SupplyGroupCode.parse("123456"),
                TariffIndex.parse("01"),
                new KeyRevisionNumber(1),
                type,
                BaseDate.BASE_1993);
    }

    private static DecoderKeyIdentity randomIdentity(Random random) {
        String body = random.nextBoolean()
                ? String.format("%010d", random.nextLong(10_000_000_000L))
                : String.format("%012d", random.nextLong(1_000_000_000_000L));
        return new DecoderKeyIdentity(
                MeterPan.of(new DecoderReferenceNumber(body + Luhn.checkDigit(body))),
                random.nextBoolean() ? EncryptionAlgorithm.EA07 : EncryptionAlgorithm.EA11,
                new SupplyGroupCode(random.nextInt(1_000_000)),
                new TariffIndex(random.nextInt(100)),
                new KeyRevisionNumber(1 + random.nextInt(9)),
                random.nextBoolean() ? KeyType.DDTK : KeyType.DUTK,
                BaseDate.ofYear(1993 + 21 * random.nextInt(3)));
    }

    /** The 49 octets of DKGA04 as hexadecimal text. */
    private static String dataBlock(DecoderKeyIdentity identity) {
        return "04"
                + text("04")
                + text(identity.baseDate().code())
                + text(identity.algorithm().code())
                + text(identity.tariffIndex().digits())
                + "0004"
                + text(identity.supplyGroup().digits())
                + text(Integer.toString(identity.type().number()))
                + text(Integer.toString(identity.revision().value()))
                + text(identity.pan().digits())
                + String.format("%08x", identity.algorithm().keyBits());
    }

    private static String text(String characters) {
        StringBuilder hex = new StringBuilder(String.format("%02x", characters.length()));
        characters.chars().forEach(c -> hex.append(String.format("%02x", c)));
        return hex.toString();
    }

    private static byte[] octets(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }
}
