package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class TokenFrameTest {
    static Stream<JsonNode> crcs() {
        return Vectors.of("crc.json");
    }

    static Stream<JsonNode> class1() {
        return Vectors.of("class1.json");
    }

    @ParameterizedTest
    @MethodSource("crcs")
    void crc_ofVector_isItsField(JsonNode vector) {
        String hex = vector.get("hex").asString();
        int tokenClass = Integer.parseInt(hex, 0, 2, 16);
        long bits = Long.parseLong(hex, 2, 14, 16);
        int crc = hex.length() == 14 ? Crc.of(tokenClass, bits) : Crc.ofCurrency(tokenClass, bits);
        assertThat(hex.length() == 14 || hex.endsWith("01")).isTrue();
        assertThat(String.format("%04X", crc)).isEqualTo(vector.get("crc").asString());
    }

    @ParameterizedTest
    @MethodSource("class1")
    void class1Token_ofVector_hasItsDigits(JsonNode vector) {
        Control control = new Control(Long.parseLong(vector.get("control").asString(), 16));
        ManufacturerCode manufacturer = new ManufacturerCode(vector.get("mfr").intValue());
        KnownToken token = switch (vector.get("sub").intValue()) {
            case 0 -> new InitiateMeterTestDisplay1(control, manufacturer);
            case 1 -> new InitiateMeterTestDisplay2(control, manufacturer);
            default -> new ExtendedRead(control);
        };
        long block = TokenFrame.block(token);
        assertThat(String.format("%016X", block)).isEqualTo(vector.get("block").asString());
        TokenNumber number = TokenFrame.insertClass(TokenClass.NON_METER_SPECIFIC_MANAGEMENT, block);
        assertThat(number.digits()).isEqualTo(vector.get("token").asString());
        assertThat(TokenFrame.tokenClass(number)).isEqualTo(TokenClass.NON_METER_SPECIFIC_MANAGEMENT);
        assertThat(TokenFrame.extractBlock(number)).isEqualTo(block);
        assertThat(TokenFrame.read(token.tokenClass(), block, 64)).isEqualTo(token);
    }

    @Test
    void wellKnownTests_haveTheDigitsOfEveryMeter() {
        assertThat(digits(InitiateMeterTestDisplay1.of(MeterTest.ALL))).isEqualTo("56493153725450313471");
        assertThat(digits(InitiateMeterTestDisplay2.of(MeterTest.ALL))).isEqualTo("02305843005052951967");
        assertThat(digits(InitiateMeterTestDisplay1.of(MeterTest.LOAD_SWITCH))).isEqualTo("00000000000150997584");
        assertThat(digits(InitiateMeterTestDisplay2.of(MeterTest.LOAD_SWITCH))).isEqualTo("01152921509036054672");
        assertThat(digits(ExtendedRead.ofRegister(0))).isEqualTo("02305843009347914912");
        assertThat(digits(ExtendedRead.ofFlag(0))).isEqualTo("03440750115445279822");
    }

    private static String digits(KnownToken token) {
        return TokenFrame.insertClass(token.tokenClass(), TokenFrame.block(token))
                .digits();
    }

    @Test
    void decodingInvertsEncodingForEveryKindOfToken() {
        Random random = new Random(41);
        for (int i = 0; i < 20_000; i++) {
            for (KnownToken token : randomTokens(random)) {
                int keyBits = token.layout().keyBits().orElse(random.nextBoolean() ? 64 : 128);
                long block = TokenFrame.block(token);
                assertThat(TokenFrame.isAuthentic(token.tokenClass(), block)).isTrue();
                Token read = TokenFrame.read(token.tokenClass(), block, keyBits);
                assertThat(read).isEqualTo(token);
                TokenNumber number = TokenFrame.insertClass(token.tokenClass(), block);
                assertThat(TokenFrame.tokenClass(number)).isEqualTo(token.tokenClass());
                assertThat(TokenFrame.extractBlock(number)).isEqualTo(block);
            }
        }
    }

    @Test
    void everyKindOfTokenIsAmongTheRandomOnes() {
        assertThat(randomTokens(new Random(1)).stream().map(KnownToken::layout))
                .containsExactlyInAnyOrderElementsOf(TokenFrame.LAYOUTS);
    }

    /** One token of every kind, with amounts that the code can hold exactly. */
    private static List<KnownToken> randomTokens(Random random) {
        Rnd rnd = new Rnd(random.nextInt(16));
        TokenIdentifier tid = new TokenIdentifier(random.nextInt(1 << 24));
        int bits16 = random.nextInt(1 << 16);
        KeyWord word = KeyWord.ofBits(random.nextLong() >>> 32);
        int nibble = random.nextInt(16);
        int bits12 = random.nextInt(1 << 12);
        CurrencyAmount money = new CurrencyAmount(new BigInteger(random.nextInt(1, 117), random)).onToken();
        return List.of(
                new TransferCredit(CreditType.ofSubclass(random.nextInt(4)), rnd, tid, CreditAmount.ofBits(bits16)),
                new TransferCurrencyCredit(CreditType.ofSubclass(4 + random.nextInt(4)), tid, money),
                new InitiateMeterTestDisplay1(
                        new Control(random.nextLong() >>> 28), new ManufacturerCode(random.nextInt(256))),
                new InitiateMeterTestDisplay2(
                        new Control(random.nextLong() >>> 36), new ManufacturerCode(random.nextInt(65_536))),
                new ExtendedRead(new Control(random.nextLong() >>> 28)),
                new SetMaximumPowerLimit(rnd, tid, PowerLimit.ofBits(bits16)),
                new ClearCredit(rnd, tid, new CreditRegister(bits16)),
                new SetTariffRate(rnd, tid, new RawValue(bits16)),
                new Set1stSectionDecoderKey(
                        nibble,
                        new KeyRevisionNumber(1 + random.nextInt(9)),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        KeyType.ofNumber(random.nextInt(4)),
                        word),
                new Set2ndSectionDecoderKey(nibble, new TariffIndex(random.nextInt(100)), word),
                new ClearTamperCondition(rnd, tid, new RawValue(bits16)),
                new SetMaximumPhasePowerUnbalanceLimit(rnd, tid, PowerLimit.ofBits(bits16)),
                new SetWaterMeterFactor(rnd, tid, new RawValue(bits16)),
                new Set3rdSectionSupplyGroupCode(new SupplyGroupCode(random.nextInt(1_000_000))),
                new Set3rdSectionDecoderKey(bits12, word),
                new Set4thSectionDecoderKey(bits12, word),
                new ExtendedSet(rnd, tid, new ExtendedValue(bits16)));
    }

    @Test
    void oneFlippedBitOfABlockIsNeverAuthentic() {
        Random random = new Random(16);
        for (int i = 0; i < 500; i++) {
            for (KnownToken token : randomTokens(random)) {
                long block = TokenFrame.block(token);
                for (int bit = 0; bit < 64; bit++) {
                    // a flip of the subclass may also exchange CRC and CRC_C; what it may not do is give the same token
                    long flipped = block ^ (1L << bit);
                    boolean same = TokenFrame.isAuthentic(token.tokenClass(), flipped)
                            && TokenFrame.read(token.tokenClass(), flipped, 64).equals(token);
                    assertThat(same).isFalse();
                    if (bit < 60) {
                        assertThat(TokenFrame.isAuthentic(token.tokenClass(), flipped))
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void read_subclassesWithoutAMeaning_areValuesThatSaySo() {
        assertThat(unknown(0)).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(unknown(1)).containsExactly(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(unknown(2)).containsExactly(9, 11, 12, 13, 14, 15);
        assertThat(unknown(3)).hasSize(16);
        UnknownToken makers =
                (UnknownToken) TokenFrame.read(TokenClass.METER_SPECIFIC_MANAGEMENT, 0xB123_4567_89AB_0000L, 64);
        assertThat(makers.origin()).isEqualTo(UnknownToken.Origin.PROPRIETARY);
        assertThat(makers.payload()).isEqualTo(0x123_4567_89ABL);
        UnknownToken reserved = (UnknownToken) TokenFrame.read(TokenClass.CREDIT_TRANSFER, 8L << 60, 64);
        assertThat(reserved.origin()).isEqualTo(UnknownToken.Origin.RESERVED);
    }

    private static List<Integer> unknown(int tokenClass) {
        List<Integer> subclasses = new ArrayList<>();
        IntStream.range(0, 16)
                .filter(subclass -> TokenFrame.read(TokenClass.ofNumber(tokenClass), (long) subclass << 60, 64)
                        instanceof UnknownToken)
                .forEach(subclasses::add);
        return subclasses;
    }

    @Test
    void read_fieldWithoutAMeaning_isAMalformedToken() {
        TokenClass management = TokenClass.METER_SPECIFIC_MANAGEMENT;
        assertThat(TokenFrame.read(management, 0x3000_0000_0000_0000L, 64))
                .isEqualTo(new MalformedToken(management, 3, 0, "key revision number 0 is outside 1..9"));
        assertThat(((MalformedToken) TokenFrame.read(management, 0x4064_0000_0000_0000L, 64)).problem())
                .isEqualTo("tariff index 100 is outside 0..99");
        assertThat(((MalformedToken) TokenFrame.read(management, 0x8000_0000_0001_0000L, 64)).problem())
                .isEqualTo("Set3rdSectionSupplyGroupCode has bits set that must be zero");
        assertThat(((MalformedToken) TokenFrame.read(management, 0x8F42_4000_0000_0000L, 64)).problem())
                .isEqualTo("supply group code 16000000 is outside 0..999999");
    }

    @Test
    void describe_ofCredit_namesEveryFieldWithItsPlace() {
        TransferCredit credit = new TransferCredit(
                CreditType.ELECTRICITY, new Rnd(11), new TokenIdentifier(1_698_595), new CreditAmount(256));
        assertThat(credit.describe())
                .extracting(value -> value.place().name() + " " + value.place().highBit() + ".."
                        + value.place().lowBit() + " " + Long.toHexString(value.bits()) + " " + value.value())
                .containsExactly(
                        "SubClass 63..60 0 ELECTRICITY",
                        "RND 59..56 b Rnd[value=11]",
                        "TID 55..32 19eb23 TokenIdentifier[minutes=1698595]",
                        "Amount 31..16 100 25.6");
        assertThat(String.format("%016X", TokenFrame.block(credit))).isEqualTo("0B19EB230100C207");
    }

    @Test
    void layout_whoseWidthsDoNotSumTo48_isRefusedOnLoading() {
        assertThatThrownBy(() -> Layout.of(
                        ExtendedRead.class,
                        Layout.Place.of(TokenClass.RESERVED, 0),
                        ExtendedRead::new,
                        Field.bits("Control", 36, ExtendedRead::control, Control::bits, Control::new)))
                .hasMessage("the fields of ExtendedRead take 40 bits; they must take 48");
    }

    @Test
    void tokens_builtFromWrongParts_areRefused() {
        TokenIdentifier tid = new TokenIdentifier(1);
        assertThatThrownBy(() -> new TransferCredit(CreditType.GAS_CURRENCY, new Rnd(0), tid, new CreditAmount(1)))
                .hasMessage("credit type GAS_CURRENCY counts money; use TransferCurrencyCredit");
        assertThatThrownBy(() -> new TransferCurrencyCredit(CreditType.GAS, tid, CurrencyAmount.ofSteps(1)))
                .hasMessage("credit type GAS counts units; use TransferCredit");
        assertThatThrownBy(() -> new InitiateMeterTestDisplay2(new Control(1L << 28), ManufacturerCode.ALL))
                .hasMessage("control 268435456 is outside 0..268435455");
        assertThatThrownBy(() -> new InitiateMeterTestDisplay1(new Control(1), new ManufacturerCode(256)))
                .hasMessage("manufacturer code 256 is outside 0..255");
        assertThatThrownBy(() -> ExtendedValue.register(63, 0)).hasMessage("register index 63 is outside 0..62");
        assertThatThrownBy(() -> KeyWord.ofBits(-1)).hasMessage("key word has more than 32 bits");
        assertThat(KeyWord.ofBits(0xABABABABL)).hasToString("KeyWord[32 secret bits]");
    }

    @Test
    void names_ofRegistersFlagsAndTests_areReadable() {
        assertThat(CreditRegister.ALL).hasToString("all credit registers");
        assertThat(CreditRegister.of(CreditType.GAS).includes(CreditType.GAS)).isTrue();
        assertThat(ExtendedValue.flag(1, true)).hasToString("flag 1 (detect tamper) := 1");
        assertThat(String.format("%04X", ExtendedValue.flag(0, true).bits())).isEqualTo("FC01");
        assertThat(String.format("%04X", ExtendedValue.register(0, 123).bits())).isEqualTo("007B");
        assertThat(new Control(0b10001).tests()).containsExactly(MeterTest.LOAD_SWITCH, MeterTest.TARIFF_INDEX);
        assertThat(new ManufacturerCode(12).includes(13)).isFalse();
    }
}
