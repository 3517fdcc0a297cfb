package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.network.ServerFixture.meter;
import static org.metermint.secure.network.ServerFixture.with;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.secure.TestModules;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.MeterConfigAdvice;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.MeterTestToken;
import org.metermint.secure.network.wire.NodeStatus;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.VerifyResult;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.TokenIdentifier;

/** Every method over a real connection: what comes back, digit by digit, and what is refused with which code. */
class TokenApiTest {
    private static final long NOW = TestModules.NOW.getEpochSecond();
    private static final int EXTERNAL_CLOCK = 1;
    private static final int EXACTLY = 3;

    private static ServerFixture fixture;
    private static WireClient client;
    private static int serial;
    private static int messages;

    private String drn;
    private String id;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        fixture = new ServerFixture(directory);
        client = fixture.signedIn(ServerFixture.ADMIN);
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        fixture.close();
    }

    /** A meter and a message id of its own for each test. */
    @BeforeEach
    void newMeter() {
        String body = String.format("01%08d", ++serial);
        drn = body + Luhn.checkDigit(body);
        id = newId();
    }

    private static String newId() {
        return "message-" + ++messages;
    }

    private static List<Token> credit(
            String id, MeterConfigIn meter, int subclass, double amount, long time, long flags) throws Exception {
        return client.call(
                TokenApi.ISSUE_CREDIT_TOKEN,
                new TokenApi.IssueCreditToken(id, client.accessToken(), meter, subclass, amount, time, flags));
    }

    private static List<Token> management(String id, MeterConfigIn meter, int subclass, double value) throws Exception {
        return client.call(
                TokenApi.ISSUE_MSE_TOKEN,
                new TokenApi.IssueMseToken(id, client.accessToken(), meter, subclass, value, NOW, EXTERNAL_CLOCK));
    }

    private static List<Token> keyChange(String id, MeterConfigIn meter, MeterConfigAmendment to) throws Exception {
        return client.call(
                TokenApi.ISSUE_KEY_CHANGE_TOKENS,
                new TokenApi.IssueKeyChangeTokens(id, client.accessToken(), meter, to));
    }

    private static List<Token> fetch(String id) throws Exception {
        return client.call(
                TokenApi.FETCH_TOKEN_RESULT, new TokenApi.FetchTokenResult(newId(), client.accessToken(), id));
    }

    private static VerifyResult verify(MeterConfigIn meter, String digits) throws Exception {
        return client.call(
                TokenApi.VERIFY_TOKEN,
                new TokenApi.VerifyToken(newId(), client.accessToken(), meter, new Secret(digits)));
    }

    private static void assertRefused(ErrorCode code, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.fault().eCode()).isEqualTo(code.code()))
                .hasMessageContaining(text);
    }

    @Test
    void ping_answersWithTheEcho() throws Exception {
        try (WireClient stranger = fixture.connect()) {
            assertThat(stranger.call(TokenApi.PING, new TokenApi.Ping(0, "Grüße")))
                    .isEqualTo("Grüße");
            long before = System.nanoTime();
            assertThat(stranger.call(TokenApi.PING, new TokenApi.Ping(50, ""))).isEmpty();
            assertThat(System.nanoTime() - before).isGreaterThan(50_000_000L);
            for (int millis : new int[] {-1, 60_001, Integer.MAX_VALUE}) {
                assertRefused(
                        ErrorCode.PARAM_RANGE,
                        "sleepMs",
                        () -> stranger.call(TokenApi.PING, new TokenApi.Ping(millis, "")));
            }
        }
    }

    @Test
    void issueCreditToken_hasTheFieldsOfHardware() throws Exception {
        Token token = credit(id, meter(drn, 7), 0, 102.0, NOW, EXTERNAL_CLOCK).getFirst();
        MeterPan pan = MeterPan.of(new DecoderReferenceNumber(drn));
        assertThat(token.drn()).isEqualTo(drn);
        assertThat(token.pan()).isEqualTo(pan.digits()).startsWith("600727").hasSize(18);
        assertThat(List.of(token.ea(), token.tct(), token.sgc(), token.krn(), token.ti()))
                .containsExactly(7, 2, 201457, 1, 1);
        assertThat(List.of(token.tokenClass(), token.subclass())).containsExactly(0, 0);
        assertThat(token.tid())
                .isEqualTo(
                        TokenIdentifier.at(TestModules.NOW, BaseDate.BASE_2014).minutes());
        assertThat(token.transferAmount()).isEqualTo(102.0);
        assertThat(token.isReservedTid()).isFalse();
        assertThat(token.newConfig()).isNull();
        assertThat(token.description()).isEqualTo("Credit:Electricity");
        assertThat(token.stsUnitName()).isEqualTo("hWh");
        assertThat(token.scaledAmount()).isEqualTo("10.2");
        assertThat(token.scaledUnitName()).isEqualTo("kWh");
        assertThat(token.tokenDec()).matches("\\d{20}");
        assertThat(token.tokenHex()).matches("[0-3][0-9A-F]{16}");
        assertThat(new java.math.BigInteger(token.tokenHex(), 16))
                .isEqualTo(new java.math.BigInteger(token.tokenDec()));
        assertThat(token.idSm()).matches("SMID\\.1:Metermint-TEST-ONLY:[^:]+:\\d{8}T\\d{6}Z:[0-9A-F]{16}:[0-9A-F]{4}");
        assertThat(token.vkKcv()).matches("[0-9A-F]{6}");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1,          Credit:Electricity,         hWh,     0.1,     kWh,      1",
        "0, 18201624,   Credit:Electricity,         hWh,     1820162.4, kWh,    18201624",
        "0, 16385,      Credit:Electricity,         hWh,     1639.4,  kWh,      16394",
        "1, 25,         Credit:Water,               0.1m3,   2.5,     m3,       25",
        "2, 30,         Credit:Gas,                 0.1m3,   3.0,     m3,       30",
        "3, 600,        Credit:Time,                0.1min,  60.0,    min,      600",
        "4, 100000,     CurrencyCredit:Electricity, 0.00001, 1.00004, currency, 100004",
        "5, 16383,      CurrencyCredit:Water,       0.00001, 0.16383, currency, 16383",
        "6, 0,          CurrencyCredit:Gas,         0.00001, 0.00000, currency, 0",
        "7, 10,         CurrencyCredit:Time,        0.00001, 0.00010, currency, 10",
    })
    void issueCreditToken_ofEverySubclass_saysWhatTheTokenCarries(
            int subclass,
            double asked,
            String description,
            String unit,
            String scaled,
            String scaledUnit,
            double carried)
            throws Exception {
        MeterConfigIn meter = meter(drn, 11);
        Token token = credit(id, meter, subclass, asked, 0, 0).getFirst();
        assertThat(List.of(token.description(), token.stsUnitName(), token.scaledAmount(), token.scaledUnitName()))
                .containsExactly(description, unit, scaled, scaledUnit);
        assertThat(token.transferAmount()).isEqualTo(carried);
        VerifyResult read = verify(meter, token.tokenDec());
        assertThat(read.validationResult()).isEqualTo("EVerify.Ok");
        assertThat(read.token()).isEqualTo(token);
        assertThat(read.meterTestToken()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0,  2500,  SetMaximumPowerLimit,    Watt",
        "1,  65535, ClearCredit,             ''",
        "2,  77,    SetTariffRate,           ''",
        "5,  0,     ClearTamperCondition,    ''",
        "6,  0,     SetMaxPhaseUnbalanceLmt, Watt",
        "7,  9,     SetWaterMeterFactor,     ''",
        "10, 64535, SetControlElement,       ''",
    })
    void issueMseToken_ofEverySubclass_saysWhatTheTokenCarries(
            int subclass, double value, String description, String unit) throws Exception {
        MeterConfigIn meter = meter(drn, 7);
        Token token = management(id, meter, subclass, value).getFirst();
        assertThat(List.of(token.tokenClass(), token.subclass())).containsExactly(2, subclass);
        assertThat(List.of(token.description(), token.stsUnitName(), token.scaledUnitName()))
                .containsExactly(description, unit, unit);
        assertThat(token.scaledAmount()).isEqualTo(Integer.toString((int) value));
        assertThat(token.transferAmount()).isEqualTo(value);
        assertThat(verify(meter, token.tokenDec()).token()).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                -1,
                0.5,
                102.00000000000001,
                18_201_625,
                1e300,
                Double.MIN_VALUE
            })
    void issueCreditToken_amountOutOfRange_isRefusedByName(double amount) {
        assertRefused(
                ErrorCode.PARAM_RANGE, "parameter transferAmount is", () -> credit(id, meter(drn, 7), 0, amount, 0, 0));
        assertRefused(
                ErrorCode.PARAM_RANGE, "parameter transferAmount is", () -> management(id, meter(drn, 7), 0, amount));
    }

    @Test
    void issueTokens_subclassOutOfRange_isRefusedByName() {
        for (int subclass : new int[] {-1, 8, 15, 32_767}) {
            assertRefused(
                    ErrorCode.PARAM_RANGE,
                    "subclass is " + subclass,
                    () -> credit(id, meter(drn, 7), subclass, 1, 0, 0));
        }
        for (int subclass : new int[] {-1, 3, 4, 8, 9, 11, 15}) {
            assertRefused(
                    ErrorCode.PARAM_RANGE, "subclass is " + subclass, () -> management(id, meter(drn, 7), subclass, 1));
        }
        assertRefused(ErrorCode.PARAM_RANGE, "transferAmount", () -> management(id, meter(drn, 7), 1, 65_536));
        assertRefused(ErrorCode.PARAM_RANGE, "transferAmount", () -> management(id, meter(drn, 7), 5, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "ea 9,       9,  2,   201457,  1, 1,   255, EParamRange,        meterConfig.ea is 9; expected 7 or 11",
        "ea 0,       0,  2,   201457,  1, 1,   255, EParamRange,        meterConfig.ea",
        "tct,        7,  100, 201457,  1, 1,   255, EParamRange,        meterConfig.tct",
        "sgc,        7,  2,   1000000, 1, 1,   255, EParamRange,        meterConfig.sgc",
        "sgc below,  7,  2,   -1,      1, 1,   255, EParamRange,        meterConfig.sgc",
        "krn,        7,  2,   201457,  0, 1,   255, EParamRange,        meterConfig.krn",
        "ti,         7,  2,   201457,  1, 100, 255, EParamRange,        meterConfig.ti",
        "ken,        7,  2,   201457,  1, 1,   256, EParamRange,        meterConfig.ken",
        "absent key, 7,  2,   999999,  1, 1,   255, EKeystore.NotFound, 'SGC=999999, KRN=1'",
        "absent krn, 7,  2,   201457,  9, 1,   255, EKeystore.NotFound, KRN=9",
        "base date,  7,  2,   203557,  6, 1,   255, ESts.VkBeforeBdt,   2035",
        "expired,    7,  2,   201460,  7, 1,   255, ESts.VkExpired,     expired",
        "cipher,     11, 2,   123456,  1, 1,   255, ESm,                NOT_PERMITTED",
    })
    void issueCreditToken_meterOutOfRange_isRefused(
            String what, int ea, int tct, int sgc, int krn, int ti, int ken, String code, String text) {
        MeterConfigIn meter = new MeterConfigIn(drn, ea, tct, sgc, krn, ti, null, null, ken, null, null, null);
        assertRefused(ErrorCode.of(code).orElseThrow(), text, () -> credit(id, meter, 0, 1, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "12345678904,        ESts.DrnOrPan.CheckDigit",
        "600727123456789041, ESts.DrnOrPan.CheckDigit",
        "600727111111111154, ESts.DrnOrPan.CheckDigit",
        "1234567890,         ESts.DrnOrPan",
        "1234567890A,        ESts.DrnOrPan",
        "600728123456789039, ESts.DrnOrPan",
        "'',                 ESts.DrnOrPan",
        "'12345 678903',     ESts.DrnOrPan",
    })
    void issueCreditToken_meterNumberThatIsNone_isRefusedWithoutRepeatingIt(String number, String code) {
        assertRefused(
                ErrorCode.of(code).orElseThrow(), "meterConfig.drn", () -> credit(id, meter(number, 7), 0, 1, 0, 0));
        assertThatThrownBy(() -> credit(id, meter(number + "0000", 7), 0, 1, 0, 0))
                .hasMessageNotContaining(number + "0000");
    }

    @Test
    void issueCreditToken_meterByPanOrLongNumber_isTheSameMeter() throws Exception {
        String pan = MeterPan.of(new DecoderReferenceNumber(drn)).digits();
        Token token = credit(id, meter(pan, 7), 0, 1, 0, 0).getFirst();
        assertThat(token.drn()).isEqualTo(drn);
        assertThat(credit(id, meter(drn, 7), 0, 1, 0, 0)).containsExactly(token);
        String body = String.format("0001%08d", serial);
        String longNumber = body + Luhn.checkDigit(body);
        assertThat(credit(newId(), meter(longNumber, 7), 0, 1, 0, 0).getFirst().pan())
                .startsWith("0000" + longNumber);
    }

    @Test
    void issueCreditToken_timeOutsideTheKey_isRefused() {
        MeterConfigIn meter = meter(drn, 7);
        long before = BaseDate.BASE_2014.start().getEpochSecond() - 1;
        assertRefused(
                ErrorCode.VENDING_KEY_BEFORE_BASE_DATE,
                "2013-12-31T23:59:59Z",
                () -> credit(id, meter, 0, 1, before, EXTERNAL_CLOCK));
        assertRefused(
                ErrorCode.VENDING_KEY_BEFORE_BASE_DATE, "before", () -> credit(id, meter, 0, 1, 0, EXTERNAL_CLOCK));
        long after = TokenIdentifier.end(BaseDate.BASE_2014).getEpochSecond() + 60;
        assertRefused(ErrorCode.VENDING_KEY_EXPIRED, "2045", () -> credit(id, meter, 0, 1, after, EXTERNAL_CLOCK));
        assertRefused(
                ErrorCode.PARAM_RANGE, "tokenTime", () -> credit(id, meter, 0, 1, Long.MAX_VALUE, EXTERNAL_CLOCK));
    }

    @Test
    void issueCreditToken_specialReserved_isRefused() {
        for (int flags : new int[] {4, 5, 6, 7}) {
            assertRefused(
                    ErrorCode.PARAM_RANGE, "flags is " + flags, () -> credit(id, meter(drn, 7), 0, 1, NOW, flags));
        }
        for (long flags : new long[] {8, -1, Long.MIN_VALUE}) {
            assertRefused(ErrorCode.PARAM_RANGE, "flags", () -> credit(id, meter(drn, 7), 0, 1, NOW, flags));
        }
    }

    @Test
    void issueCreditToken_reservedMinute_isNeverIssued() throws Exception {
        long oneMinutePastMidnight = Instant.parse("2026-03-02T00:01:30Z").getEpochSecond();
        int midnight = TokenIdentifier.at(Instant.parse("2026-03-02T00:00:00Z"), BaseDate.BASE_2014)
                .minutes();
        Token token = credit(id, meter(drn, 7), 0, 1, oneMinutePastMidnight, EXTERNAL_CLOCK)
                .getFirst();
        assertThat(token.tid()).isEqualTo(midnight + 2);
        assertRefused(
                ErrorCode.PARAM_RANGE,
                "00:01",
                () -> credit(newId(), meter(drn, 7), 0, 1, oneMinutePastMidnight, EXACTLY));
    }

    @Test
    void issueCreditToken_minutesSince1993_giveThatIdentifierExactly() throws Exception {
        long minutes = (NOW - BaseDate.BASE_1993.start().getEpochSecond()) / 60;
        Token token = credit(id, meter(drn, 7), 0, 1, minutes, 2).getFirst();
        assertThat(token.tid())
                .isEqualTo(
                        TokenIdentifier.at(TestModules.NOW, BaseDate.BASE_2014).minutes());
        assertRefused(ErrorCode.PARAM_RANGE, "minutes since", () -> credit(newId(), meter(drn, 7), 0, 1, NOW, 2));
        assertThat(credit(newId(), meter(drn, 7), 0, 1, 0, 2).getFirst().tid()).isEqualTo(token.tid() + 1);
    }

    @Test
    void issueCreditToken_secondTokenOfAMinute_takesTheNextOneUnlessItMustBeExact() throws Exception {
        MeterConfigIn meter = meter(drn, 7);
        int first = credit(id, meter, 0, 1, NOW, EXTERNAL_CLOCK).getFirst().tid();
        String second = newId();
        Token moved = credit(second, meter, 0, 1, NOW, EXTERNAL_CLOCK).getFirst();
        assertThat(moved.tid()).isEqualTo(first + 1);
        assertThat(credit(second, meter, 0, 1, NOW, EXTERNAL_CLOCK)).containsExactly(moved);
        assertRefused(ErrorCode.SECURITY_MODULE, "TID_NOT_RISING", () -> credit(newId(), meter, 0, 1, NOW, EXACTLY));
        for (int i = 2; i <= TokenTime.WINDOW; i++) {
            assertThat(credit(newId(), meter, 0, 1, NOW, EXTERNAL_CLOCK)
                            .getFirst()
                            .tid())
                    .isEqualTo(first + i);
        }
        assertRefused(
                ErrorCode.SECURITY_MODULE, "TID_NOT_RISING", () -> credit(newId(), meter, 0, 1, NOW, EXTERNAL_CLOCK));
        assertRefused(
                ErrorCode.SECURITY_MODULE,
                "TID_NOT_RISING",
                () -> credit(newId(), meter, 0, 1, NOW - 3_600, EXTERNAL_CLOCK));
    }

    @Test
    void issueCreditToken_moduleClock_takesTheNextFreeMinute() throws Exception {
        Token first = credit(id, meter(drn, 7), 0, 1, 12345, 0).getFirst();
        Token second = credit(newId(), meter(drn, 7), 0, 1, 12345, 0).getFirst();
        assertThat(second.tid()).isEqualTo(first.tid() + 1);
        assertThat(credit(id, meter(drn, 7), 0, 1, 12345, 0)).containsExactly(first);
    }

    @Test
    void issueCreditToken_sameIdOtherParameters_isRefused() throws Exception {
        MeterConfigIn meter = meter(drn, 7);
        List<Token> first = credit(id, meter, 0, 1, NOW, EXTERNAL_CLOCK);
        assertThat(credit(id, meter, 0, 1, NOW, EXTERNAL_CLOCK)).isEqualTo(first);
        String reused = "MESSAGE_ID_REUSED";
        assertRefused(ErrorCode.SECURITY_MODULE, reused, () -> credit(id, meter, 0, 2, NOW, EXTERNAL_CLOCK));
        assertRefused(ErrorCode.SECURITY_MODULE, reused, () -> credit(id, meter, 1, 1, NOW, EXTERNAL_CLOCK));
        assertRefused(ErrorCode.SECURITY_MODULE, reused, () -> credit(id, meter, 0, 1, NOW + 60, EXTERNAL_CLOCK));
        assertRefused(ErrorCode.SECURITY_MODULE, reused, () -> credit(id, meter, 0, 1, NOW, 0));
        assertRefused(ErrorCode.SECURITY_MODULE, reused, () -> credit(id, meter(drn, 11), 0, 1, NOW, EXTERNAL_CLOCK));
        assertRefused(
                ErrorCode.SECURITY_MODULE,
                reused,
                () -> credit(id, meter("12345678903", 7), 0, 1, NOW, EXTERNAL_CLOCK));
        assertRefused(
                ErrorCode.SECURITY_MODULE,
                reused,
                () -> credit(id, meter(drn, 7, 201457, 2), 0, 1, NOW, EXTERNAL_CLOCK));
        MeterConfigIn moving = with(meter, new MeterConfigAmendment(201457, 1, 1), null, null, null);
        assertRefused(ErrorCode.SECURITY_MODULE, reused, () -> credit(id, moving, 0, 1, NOW, EXTERNAL_CLOCK));
    }

    @ParameterizedTest
    @CsvSource({"7, false, 2", "7, true, 3", "11, false, 4", "11, true, 4"})
    void issueKeyChangeTokens_hasAsManyAsTheMeterTakes(int ea, boolean allow3Kct, int count) throws Exception {
        MeterConfigIn meter = with(meter(drn, ea), null, null, allow3Kct, null);
        List<Token> tokens = keyChange(id, meter, new MeterConfigAmendment(201457, 4, 7));
        List<String> names = List.of(
                "Set1stSectionDecoderKey",
                "Set2ndSectionDecoderKey",
                "Set3rdSectionDecoderKey",
                "Set4thSectionDecoderKey");
        assertThat(tokens.stream().map(Token::description)).isEqualTo(names.subList(0, count));
        assertThat(tokens.stream().map(Token::subclass))
                .isEqualTo(List.of(3, 4, 8, 9).subList(0, count));
        MeterConfigAdvice advice = tokens.getFirst().newConfig();
        String record = tokens.getFirst().pan() + "0000" + "02" + (ea == 7 ? "07" : "11") + "201457" + "07" + "4";
        String checkValue = tokens.getFirst().vkKcv();
        assertThat(advice).isEqualTo(new MeterConfigAdvice(201457, 4, 7, 170, record, "", false, checkValue));
        assertThat(tokens.subList(1, count)).allMatch(token -> token.newConfig() == null);
        for (Token token : tokens) {
            VerifyResult read = verify(meter, token.tokenDec());
            assertThat(read.validationResult()).isEqualTo("EVerify.Ok");
            assertThat(read.token().description()).isEqualTo(token.description());
        }
        assertThat(keyChange(id, meter, new MeterConfigAmendment(201457, 4, 7))).isEqualTo(tokens);
        assertThat(fetch(id)).isEqualTo(tokens);
        assertRefused(
                ErrorCode.SECURITY_MODULE,
                "MESSAGE_ID_REUSED",
                () -> keyChange(id, meter, new MeterConfigAmendment(201457, 3, 7)));
    }

    @Test
    void issueKeyChangeTokens_toAnotherBaseDate_saysRollover() throws Exception {
        List<Token> tokens = keyChange(id, meter(drn, 11, 123457, 1), new MeterConfigAmendment(123457, 4, 1));
        assertThat(tokens.getFirst().newConfig().rollover()).isTrue();
    }

    @Test
    void issueCreditToken_newConfig_changesTheKeyFirst() throws Exception {
        MeterConfigIn meter = with(meter(drn, 7), new MeterConfigAmendment(201457, 2, 5), null, true, null);
        List<Token> tokens = credit(id, meter, 0, 50, NOW, EXTERNAL_CLOCK);
        assertThat(tokens.stream().map(Token::description))
                .containsExactly(
                        "Set1stSectionDecoderKey",
                        "Set2ndSectionDecoderKey",
                        "Set3rdSectionDecoderKey",
                        "Credit:Electricity");
        assertThat(tokens.getLast().krn()).isEqualTo(2);
        assertThat(tokens.getLast().ti()).isEqualTo(5);
        MeterConfigIn after = new MeterConfigIn(drn, 7, 2, 201457, 2, 5, null, null, 255, null, null, null);
        assertThat(verify(after, tokens.getLast().tokenDec()).token()).isEqualTo(tokens.getLast());
        assertThat(verify(meter, tokens.getLast().tokenDec()).validationResult())
                .isEqualTo("EVerify.Crc");
        assertThat(credit(id, meter, 0, 50, NOW, EXTERNAL_CLOCK)).isEqualTo(tokens);
        assertThat(fetch(id)).isEqualTo(tokens);
        assertRefused(
                ErrorCode.SECURITY_MODULE, "MESSAGE_ID_REUSED", () -> credit(id, after, 0, 50, NOW, EXTERNAL_CLOCK));
    }

    @Test
    void issueCreditToken_allowKrnUpdate_movesTheMeterToTheNewestRevision() throws Exception {
        MeterConfigIn meter = with(meter(drn, 11), null, true, null, null);
        List<Token> tokens = credit(id, meter, 0, 50, NOW, EXTERNAL_CLOCK);
        assertThat(tokens).hasSize(5);
        assertThat(tokens.getFirst().newConfig().toKrn()).isEqualTo(5);
        assertThat(tokens.getLast().krn()).isEqualTo(5);
        MeterConfigIn newest = with(meter(drn, 11, 201457, 5), null, true, null, null);
        assertThat(credit(newId(), newest, 0, 50, NOW + 60, EXTERNAL_CLOCK)).hasSize(1);
        assertThat(credit(newId(), meter(drn, 11), 0, 50, NOW + 120, EXTERNAL_CLOCK))
                .hasSize(1);
    }

    @Test
    void issueCreditToken_allowKenUpdate_givesTheMeterTheKeysExpiry() throws Exception {
        MeterConfigIn recorded = meter(drn, 11, 201457, 4); // recorded with 255, and the key has 170
        assertThat(credit(id, recorded, 0, 50, NOW, EXTERNAL_CLOCK)).hasSize(1);
        MeterConfigIn allowed = with(recorded, null, null, null, true);
        List<Token> tokens = credit(newId(), allowed, 0, 50, NOW + 60, EXTERNAL_CLOCK);
        assertThat(tokens).hasSize(5);
        assertThat(tokens.getFirst().newConfig().toKen()).isEqualTo(170);
        MeterConfigIn right = new MeterConfigIn(drn, 11, 2, 201457, 4, 1, null, null, 170, null, null, true);
        assertThat(credit(newId(), right, 0, 50, NOW + 120, EXTERNAL_CLOCK)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 68719476735, 0, 56493153725450313471",
        "1, 268435455, 0, 02305843005052951967",
        "0, 1, 0, 00000000000150997584",
        "2, 0, 0, 02305843009347914912",
        "0, 0, 0, 00000000000134220736"
    })
    void issueMeterTestToken_givesThePublishedDigits(int subclass, long control, int mfrcode, String digits)
            throws Exception {
        MeterTestToken token = client.call(
                TokenApi.ISSUE_METER_TEST_TOKEN,
                new TokenApi.IssueMeterTestToken(id, client.accessToken(), subclass, control, mfrcode));
        assertThat(token.tokenDec()).isEqualTo(digits);
        assertThat(token.description()).isEqualTo("InitMeterTest");
        assertThat(token.pan()).isEqualTo(subclass == 1 ? "000000000000000000" : "600727000000000009");
        VerifyResult read = verify(meter(drn, 7), digits);
        assertThat(read.validationResult()).isEqualTo("EVerify.Ok");
        assertThat(read.meterTestToken()).isEqualTo(token);
        assertThat(read.token()).isNull();
        assertRefused(ErrorCode.CACHE_MISS, id, () -> fetch(id));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, 0, subclass",
        "0, 68719476736, 0, control",
        "1, 268435456, 0, control",
        "0, -1, 0, control",
        "0, 1, 100, mfrcode",
        "1, 1, 10000, mfrcode",
        "2, 1, 1, mfrcode",
        "0, 1, -1, mfrcode"
    })
    void issueMeterTestToken_outOfRange_isRefusedByName(int subclass, long control, int mfrcode, String name) {
        assertRefused(
                ErrorCode.PARAM_RANGE,
                "parameter " + name,
                () -> client.call(
                        TokenApi.ISSUE_METER_TEST_TOKEN,
                        new TokenApi.IssueMeterTestToken(id, client.accessToken(), subclass, control, mfrcode)));
    }

    @Test
    void verifyToken_tokenOfAnotherMeterOrWrongDigit_isCrc() throws Exception {
        Token token = credit(id, meter(drn, 7), 0, 1, NOW, EXTERNAL_CLOCK).getFirst();
        assertThat(verify(meter("12345678903", 7), token.tokenDec()).validationResult())
                .isEqualTo("EVerify.Crc");
        assertRefused(ErrorCode.PARAM_RANGE, "tokenDec", () -> verify(meter(drn, 7), "123"));
        assertRefused(ErrorCode.PARAM_RANGE, "tokenDec", () -> verify(meter(drn, 7), "99999999999999999999"));
    }

    @Test
    void fetchTokenResult_unknownId_isACacheMiss() {
        assertRefused(ErrorCode.CACHE_MISS, "never-issued", () -> fetch("never-issued"));
        assertRefused(ErrorCode.PARAM_RANGE, "reqMessageId", () -> fetch("-bad"));
    }

    @Test
    void fetchTokenResult_ofAnotherClient_isACacheMiss() throws Exception {
        credit(id, meter(drn, 7), 0, 1, NOW, EXTERNAL_CLOCK);
        try (WireClient other = fixture.signedIn(ServerFixture.SELLER)) {
            assertRefused(
                    ErrorCode.CACHE_MISS,
                    id,
                    () -> other.call(
                            TokenApi.FETCH_TOKEN_RESULT,
                            new TokenApi.FetchTokenResult(newId(), other.accessToken(), id)));
        }
    }

    @Test
    void everyMethod_messageIdThatIsNone_isRefused() {
        for (String bad : List.of("", "-a", "a b", "a".repeat(41), "ä", "mm-kct,abc")) {
            assertRefused(
                    ErrorCode.PARAM_RANGE, "messageId", () -> credit(bad, meter(drn, 7), 0, 1, NOW, EXTERNAL_CLOCK));
        }
    }

    @Test
    void parseIdRecord_takesItApart() throws Exception {
        String pan = MeterPan.of(new DecoderReferenceNumber(drn)).digits();
        MeterConfigIn config = parse(pan + "2612" + "02" + "07" + "201457" + "31" + "4");
        assertThat(config).isEqualTo(new MeterConfigIn(drn, 7, 2, 201457, 4, 31, null, null, 170, "2612", null, null));
        assertThat(credit(
                        id,
                        new MeterConfigIn(drn, 7, 2, 201457, 4, 31, null, null, config.ken(), config.doe(), null, null),
                        0,
                        1,
                        0,
                        0))
                .hasSize(1);
        assertThat(parse(pan + "0000" + "07" + "11" + "999999" + "00" + "9").ken())
                .isEqualTo(255);
    }

    @Test
    void parseIdRecord_thatIsNone_isRefused() {
        String pan = MeterPan.of(new DecoderReferenceNumber(drn)).digits();
        assertRefused(ErrorCode.ID_RECORD, "35 digits", () -> parse(pan));
        assertRefused(ErrorCode.ID_RECORD, "encryption algorithm", () -> parse(pan + "00000212201457311"));
        assertRefused(ErrorCode.ID_RECORD, "month", () -> parse(pan + "26130207201457311"));
        assertRefused(ErrorCode.ID_RECORD, "revision number is 0", () -> parse(pan + "00000207201457310"));
        String wrongDigit = pan.substring(0, 17) + (pan.charAt(17) == '0' ? '1' : '0');
        assertRefused(ErrorCode.DRN_OR_PAN_CHECK_DIGIT, "idRecord", () -> parse(wrongDigit + "00000207201457311"));
        assertRefused(ErrorCode.ID_RECORD_EXPIRED, "2602", () -> parse(pan + "26020207201457311"));
        MeterConfigIn expired = new MeterConfigIn(drn, 7, 2, 201457, 1, 1, null, null, 255, "2602", null, null);
        assertRefused(ErrorCode.ID_RECORD_EXPIRED, "2602", () -> credit(id, expired, 0, 1, 0, 0));
    }

    private MeterConfigIn parse(String record) throws Exception {
        return client.call(TokenApi.PARSE_ID_RECORD, new TokenApi.ParseIdRecord(id, client.accessToken(), record));
    }

    @Test
    void getStatus_hasTheKeysOfHardwareAndTheVendingKeys() throws Exception {
        NodeStatus status = client.call(TokenApi.GET_STATUS, new TokenApi.GetStatus(id, client.accessToken()))
                .getFirst();
        Map<String, String> info = status.info();
        assertThat(info)
                .containsEntry("ApiType", "vending")
                .containsKeys("FirmwareId", "HardwareId", "ModuleId", "Counter", "TxCounter", "smqi.IdSm", "smpd.Tps")
                .containsEntry("smqd.ex.RtcTimeUtc", "20260301T100000Z")
                .doesNotContainKey("smcq.ex.InhibitVendDateUtc");
        assertThat(info.get("metermint.vk.201457.4.2"))
                .matches(
                        "base=2014;ken=170;from=2014-01-01T00:00:00Z;alg=DKGA04;kcv=[0-9A-F]{6};status=active;testOnly=true");
        assertThat(status.alerts()).anyMatch(alert -> alert.eMsgEn().startsWith("TEST ONLY"));
        try (WireClient seller = fixture.signedIn(ServerFixture.SELLER)) {
            assertThat(seller
                            .call(TokenApi.GET_STATUS, new TokenApi.GetStatus(id, seller.accessToken()))
                            .getFirst()
                            .info()
                            .keySet()
                            .stream()
                            .filter(name -> name.startsWith("metermint.vk.")))
                    .hasSize(5)
                    .allMatch(name -> name.startsWith("metermint.vk.201457."));
        }
    }

    @Test
    void methodsThatAreNotOffered_sayWhy() {
        Secret token = client.accessToken();
        assertRefused(
                ErrorCode.SERVICE_DISABLED,
                "licence",
                () -> client.call(
                        TokenApi.LOAD_TRANSACTION_LICENSE, new TokenApi.LoadTransactionLicense(id, token, "text")));
        assertRefused(
                ErrorCode.SERVICE_DISABLED,
                "initialisation keys",
                () -> client.call(
                        TokenApi.ISSUE_DITK_CHANGE_TOKENS,
                        new TokenApi.IssueDitkChangeTokens(id, token, meter(drn, 7))));
        assertRefused(
                ErrorCode.SERVICE_DISABLED,
                "never go backwards",
                () -> client.call(TokenApi.CTS_RESET_TID_LIST, new TokenApi.CtsResetTidList(id, token, "*")));
    }

    @Test
    void signIn_otherVersionRealmOrCulture_isRefused() {
        assertRefused(ErrorCode.SIGNIN_VERSION, "1.1", () -> signIn("local", new SessionOptions("2.0", null)));
        assertRefused(ErrorCode.SIGNIN_VERSION, "'1.2'", () -> signIn("local", new SessionOptions("1.2", null)));
        assertRefused(ErrorCode.SIGNIN_REALM, "'ldap'", () -> signIn("ldap", new SessionOptions("1.1", null)));
        assertRefused(ErrorCode.PREF_RANGE, "culture", () -> signIn("local", new SessionOptions("1.1", "english")));
        assertRefused(ErrorCode.SIGNIN_SUBJECT, "names have", () -> client.signIn("No One", ServerFixture.PASSWORD));
    }

    private void signIn(String realm, SessionOptions options) throws Exception {
        try (WireClient stranger = fixture.connect()) {
            stranger.call(
                    TokenApi.SIGN_IN_WITH_PASSWORD,
                    new TokenApi.SignInWithPassword(
                            id, realm, ServerFixture.ADMIN, new Secret(ServerFixture.PASSWORD), options));
        }
    }
}
