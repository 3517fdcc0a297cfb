package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.network.ServerFixture.meter;
import static org.metermint.secure.network.ServerFixture.with;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.secure.TestModules;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.VerifyResult;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.TokenIdentifier;

/** Credit and management tokens over a real connection: field by field, and what is refused with which code. */
class IssueTokenCallsTest extends TokenApiCalls {
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
        String body = "0001" + drn.substring(2, 10);
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
}
