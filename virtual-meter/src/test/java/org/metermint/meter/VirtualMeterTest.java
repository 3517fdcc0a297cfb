package org.metermint.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.meter.TestMeters.KEY_64;
import static org.metermint.meter.TestMeters.PAN;
import static org.metermint.meter.TestMeters.RND;
import static org.metermint.meter.TestMeters.credit;
import static org.metermint.meter.TestMeters.currency;
import static org.metermint.meter.TestMeters.digits;
import static org.metermint.meter.TestMeters.electricity;
import static org.metermint.meter.TestMeters.kwhTenths;
import static org.metermint.meter.TestMeters.make;
import static org.metermint.meter.TestMeters.reasons;
import static org.metermint.meter.TestMeters.register;
import static org.metermint.meter.TestMeters.reopen;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.meter.MeterFileException.Problem;
import org.metermint.token.BaseDate;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.ExtendedRead;
import org.metermint.token.ExtendedSet;
import org.metermint.token.ExtendedValue;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.KnownToken;
import org.metermint.token.MeterTest;
import org.metermint.token.PowerLimit;
import org.metermint.token.RawValue;
import org.metermint.token.SetMaximumPowerLimit;
import org.metermint.token.SetTariffRate;
import org.metermint.token.SetWaterMeterFactor;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.decode.Rejection;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.KeyChangeSet;

class VirtualMeterTest {
    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("a.meter");
    }

    private VirtualMeter newMeter() throws MeterFileException {
        return make(file(), electricity(EncryptionAlgorithm.EA07));
    }

    // ---- credit

    @Test
    void enter_credit_isAddedOnceAndSurvivesReopening() throws Exception {
        String digits = digits(credit(CreditType.ELECTRICITY, 7, 256), KEY_64);
        try (VirtualMeter meter = newMeter()) {
            assertThat(reasons(meter)).containsExactly(OpenReason.NO_CREDIT);
            Answer answer = meter.enter(digits);
            assertThat(answer.display()).isEqualTo("ACCEPT");
            assertThat(answer.result()).isEqualTo("Accept");
            assertThat(answer.accepted()).isTrue();
            assertThat(answer.credited()).hasToString("Optional[25.6 kWh]");
            assertThat(answer.balance()).hasToString("25.6 kWh");
            assertThat(answer.explanation()).isEqualTo("25.6 kWh was added; the credit is now 25.6 kWh");
            assertThat(reasons(meter)).isEmpty();
        }
        try (VirtualMeter meter = reopen(file())) {
            Answer again = meter.enter(digits);
            assertThat(again.display()).isEqualTo("USED");
            assertThat(again.result()).isEqualTo("UsedError");
            assertThat(again.rejection()).contains(Rejection.USED_ERROR);
            assertThat(again.credited()).isEmpty();
            assertThat(again.balance()).hasToString("25.6 kWh");
            assertThat(meter.status().balance()).isEqualTo(again.balance());
        }
    }

    // ---- the load

    @Test
    void run_untilTheCreditIsUsedUp_opensTheSwitchAndCreditClosesIt() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 10));
            Consumption half = meter.run(500, Duration.ofHours(1));
            assertThat(half.complete()).isTrue();
            assertThat(half.balance().units(3)).isEqualTo(new BigDecimal("0.500"));
            Consumption rest = meter.run(2_000, Duration.ofHours(1));
            assertThat(rest.complete()).isFalse();
            assertThat(rest.drawn()).isEqualTo(Quantity.ofWattHours(500));
            assertThat(rest.openReasons()).containsExactly(OpenReason.NO_CREDIT);
            assertThat(meter.consume(Quantity.ofWattHours(1)).drawn()).isEqualTo(Quantity.ofWattHours(0));
            meter.enter(kwhTenths(8, 1));
            assertThat(reasons(meter)).isEmpty();
            assertThat(meter.status().consumed()).isEqualTo(Quantity.ofWattHours(1_000));
        }
    }

    @Test
    void run_aboveThePowerLimit_opensTheSwitchUntilTheLoadIsSmaller() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 1_000));
            Answer limited = meter.enter(
                    digits(new SetMaximumPowerLimit(RND, new TokenIdentifier(8), new PowerLimit(2_000)), KEY_64));
            assertThat(limited.explanation()).isEqualTo("the maximum power limit is now 2000 W");
            Consumption tooMuch = meter.run(2_001, Duration.ofMinutes(1));
            assertThat(tooMuch.drawn().grains()).isZero();
            assertThat(tooMuch.openReasons()).containsExactly(OpenReason.POWER_LIMIT);
            assertThat(meter.status().load()).isEqualTo(2_001);
            Consumption enough = meter.run(2_000, Duration.ofMinutes(1));
            assertThat(enough.complete()).isTrue();
            assertThat(enough.openReasons()).isEmpty();
        }
    }

    @Test
    void consume_ofAnotherResourceOrMoreThanCanBeCounted_isRefusedAndChangesNothing() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 10));
            MeterStatus before = meter.status();
            assertThatThrownBy(() -> meter.consume(Quantity.ofDuration(Duration.ofMinutes(1))))
                    .hasMessage("quantity is of TIME; this meter measures ELECTRICITY");
            assertThatThrownBy(() -> meter.run(-1, Duration.ofMinutes(1))).hasMessageContaining("-1 W is negative");
            assertThatThrownBy(() -> meter.run(1, Duration.ofNanos(1)))
                    .hasMessageContaining("finer than a millisecond");
            assertThatThrownBy(() -> meter.run(Long.MAX_VALUE, Duration.ofDays(1)))
                    .hasMessageContaining("more than a meter can count");
            assertThat(meter.status()).isEqualTo(before);
            meter.consume(Quantity.ofWattHours(1));
            assertThatThrownBy(() -> meter.consume(new Quantity(Resource.ELECTRICITY, Long.MAX_VALUE)))
                    .hasMessageContaining("registers of this meter");
        }
    }

    @Test
    void postpayment_letsTheLoadRunBelowZero() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(digits(new ExtendedSet(RND, new TokenIdentifier(8), ExtendedValue.flag(6, false)), KEY_64));
            assertThat(reasons(meter)).isEmpty();
            assertThat(meter.consume(Quantity.ofWattHours(1_500)).balance()).hasToString("-1.5 kWh");
            meter.enter(digits(new ExtendedSet(RND, new TokenIdentifier(9), ExtendedValue.flag(6, true)), KEY_64));
            assertThat(reasons(meter)).containsExactly(OpenReason.NO_CREDIT);
        }
    }

    // ---- credit that is refused, cleared or in money

    @Test
    void enter_creditBeyondTheRegister_isAnOverflowAndTheTokenStaysGood() throws Exception {
        MeterSpecification small = electricity(EncryptionAlgorithm.EA07)
                .withCreditLimit(Credit.ofUnits(CreditType.ELECTRICITY, BigDecimal.TEN));
        try (VirtualMeter meter = make(file(), small)) {
            meter.enter(kwhTenths(7, 60));
            Answer overflow = meter.enter(kwhTenths(8, 41));
            assertThat(overflow.rejection()).contains(Rejection.OVERFLOW_ERROR);
            assertThat(overflow.display()).isEqualTo("OVERFLOW");
            assertThat(overflow.balance()).hasToString("6.0 kWh");
            meter.consume(Quantity.ofWattHours(100));
            assertThat(meter.enter(kwhTenths(8, 41)).balance()).hasToString("10.0 kWh");
        }
    }

    @ParameterizedTest
    @EnumSource(CreditType.class)
    void enter_creditOfEveryType_isTakenByMetersOfThatTypeOnly(CreditType type) throws Exception {
        try (VirtualMeter meter = make(file(), MeterSpecification.of(PAN, EncryptionAlgorithm.EA07, type))) {
            int tid = 1;
            for (CreditType other : CreditType.values()) {
                Answer answer = meter.enter(digits(creditOf(other, ++tid), KEY_64));
                Optional<Rejection> expected = other == type ? Optional.empty() : Optional.of(Rejection.FUNCTION_ERROR);
                assertThat(answer.rejection())
                        .as("%s on a meter of %s", other, type)
                        .isEqualTo(expected);
            }
            assertThat(meter.status().balance().units(1)).isEqualTo(new BigDecimal("12.0"));
        }
    }

    private static KnownToken creditOf(CreditType type, int tid) {
        return type.isCurrency() ? currency(type, tid, 1_200_000) : credit(type, tid, 120);
    }

    @Test
    void currencyMeter_chargesItsPriceAndTakesCreditBack() throws Exception {
        MeterSpecification specification = MeterSpecification.of(
                        PAN, EncryptionAlgorithm.EA07, CreditType.ELECTRICITY_CURRENCY)
                .withPrice(250_000);
        try (VirtualMeter meter = make(file(), specification)) {
            meter.enter(digits(currency(CreditType.ELECTRICITY_CURRENCY, 5, 16_000), KEY_64));
            Consumption used = meter.run(60, Duration.ofHours(1));
            assertThat(used.charged().grains()).isEqualTo(15_000);
            Answer back = meter.enter(digits(currency(CreditType.ELECTRICITY_CURRENCY, 6, -3_000), KEY_64));
            assertThat(back.explanation())
                    .isEqualTo("0.03 currency units was taken back; the credit is now -0.02 currency units");
            assertThat(reasons(meter)).containsExactly(OpenReason.NO_CREDIT);
        }
    }

    @Test
    void enter_clearCredit_takesAllOfItsOwnRegisterOnly() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 60));
            Answer water = meter.enter(clear(8, CreditRegister.of(CreditType.WATER)));
            assertThat(water.rejection()).contains(Rejection.RANGE_ERROR);
            assertThat(water.balance()).hasToString("6.0 kWh");
            Answer all = meter.enter(clear(9, CreditRegister.ALL));
            assertThat(all.explanation()).isEqualTo("6.0 kWh of credit was cleared");
            assertThat(all.balance().grains()).isZero();
            assertThat(reasons(meter)).containsExactly(OpenReason.NO_CREDIT);
        }
    }

    private static String clear(int tid, CreditRegister register) {
        return digits(new ClearCredit(RND, new TokenIdentifier(tid), register), KEY_64);
    }

    @Test
    void enter_creditUnderADefaultKey_isADdtkError() throws Exception {
        try (VirtualMeter meter = make(file(), electricity(EncryptionAlgorithm.EA07), register(KEY_64, KeyType.DDTK))) {
            assertThat(meter.enter(kwhTenths(7, 60)).rejection()).contains(Rejection.DDTK_ERROR);
        }
    }

    // ---- management

    @Test
    void tamper_opensTheSwitchUntilItIsCleared() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 60));
            meter.tamper();
        }
        try (VirtualMeter meter = reopen(file())) {
            assertThat(reasons(meter)).containsExactly(OpenReason.TAMPER);
            assertThat(meter.consume(Quantity.ofWattHours(1)).complete()).isFalse();
            String clear = digits(new ClearTamperCondition(RND, new TokenIdentifier(8), RawValue.ZERO), KEY_64);
            assertThat(meter.enter(clear).accepted()).isTrue();
            assertThat(reasons(meter)).isEmpty();
            meter.enter(digits(new ExtendedSet(RND, new TokenIdentifier(9), ExtendedValue.flag(1, false)), KEY_64));
            meter.tamper();
            assertThat(meter.status().tampered()).isFalse();
        }
    }

    @Test
    void enter_flagThatDisconnects_opensTheSwitch() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 60));
            meter.enter(digits(new ExtendedSet(RND, new TokenIdentifier(8), ExtendedValue.flag(2, true)), KEY_64));
            assertThat(reasons(meter)).containsExactly(OpenReason.DISCONNECTED);
            assertThat(meter.enter(digits(ExtendedRead.ofFlag(2), KEY_64)).readings())
                    .containsExactly(new Reading("flag 2", "1"));
            for (ExtendedValue unknown : List.of(ExtendedValue.flag(5, true), ExtendedValue.register(0, 3))) {
                assertThat(meter.enter(digits(new ExtendedSet(RND, new TokenIdentifier(9), unknown), KEY_64))
                                .rejection())
                        .contains(Rejection.FUNCTION_ERROR);
            }
        }
    }

    @Test
    void enter_reservedKinds_areFunctionErrors() throws Exception {
        TokenIdentifier tid = new TokenIdentifier(7);
        try (VirtualMeter meter = newMeter()) {
            for (KnownToken token : List.of(
                    new SetTariffRate(RND, tid, RawValue.ZERO), new SetWaterMeterFactor(RND, tid, RawValue.ZERO))) {
                assertThat(meter.enter(digits(token, KEY_64)).rejection()).contains(Rejection.FUNCTION_ERROR);
            }
            assertThat(meter.enter(digits(InitiateMeterTestDisplay1.of(MeterTest.TARIFF_RATE), KEY_64))
                            .rejection())
                    .contains(Rejection.FUNCTION_ERROR);
        }
    }

    // ---- tests and displays

    @Test
    void enter_primaryTest_showsEverythingTheMeterKnows() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 60));
            meter.run(1_000, Duration.ofHours(1));
            for (String digits : List.of("56493153725450313471", "02305843005052951967")) {
                Answer answer = meter.enter(digits);
                assertThat(answer.readings().stream().map(Reading::toString))
                        .containsExactly(
                                "switch closed",
                                "display 88888888",
                                "total 1.0 kWh",
                                "KRN KT 1 2",
                                "TI 01",
                                "keypad ready",
                                "power limit 18201624 W",
                                "tamper no",
                                "power 1000 W",
                                "software MM 1",
                                "unbalance limit 18201624 W",
                                "EA 07",
                                "key change tokens 3",
                                "SGC 123456",
                                "KEN 255",
                                "DRN 00000000000");
            }
            assertThat(meter.enter("0000 0000 0001 5099 7584").display()).isEqualTo("switch closed");
        }
    }

    // ---- keys

    @Test
    void rollOverOf2024_keyChangeThenCredit_keepsTheBalance() throws Exception {
        Instant before = Instant.parse("2024-11-20T08:00:00Z");
        Instant after = Instant.parse("2024-12-01T08:00:00Z");
        String last1993 =
                kwhTenths(TokenIdentifier.at(before, BaseDate.BASE_1993).minutes(), 100);
        int tid2014 = TokenIdentifier.at(after, BaseDate.BASE_2014).minutes();
        DecoderKey next = DecoderKey.of(EncryptionAlgorithm.EA07, 0, 42);
        KeyChangeSet set = new KeyChangeSet(
                next,
                KeyType.DUTK,
                new KeyExpiryNumber(170),
                new KeyRevisionNumber(2),
                new TariffIndex(1),
                new SupplyGroupCode(201_457),
                true);
        try (VirtualMeter meter = newMeter()) {
            for (int minute = 0; minute < 50; minute++) {
                meter.enter(
                        kwhTenths(TokenIdentifier.at(before, BaseDate.BASE_1993).minutes() - 100 + minute, 1));
            }
            meter.enter(last1993);
            assertThat(meter.status().balance()).hasToString("15.0 kWh");
            assertThat(meter.enter(kwhTenths(tid2014, 50)).rejection()).contains(Rejection.OLD_ERROR);
            for (KeyChangeToken token : set.tokens(3)) {
                assertThat(meter.enter(digits(token, KEY_64)).accepted()).isTrue();
            }
            assertThat(meter.status().balance()).hasToString("15.0 kWh");
            assertThat(meter.enter(last1993).rejection()).contains(Rejection.CRC_ERROR);
            Answer credit = meter.enter(digits(credit(CreditType.ELECTRICITY, tid2014, 50), next));
            assertThat(credit.balance()).hasToString("20.0 kWh");
            assertThat(meter.status().supplyGroup().digits()).isEqualTo("201457");
        }
    }

    @Test
    void keyChange_powerCutAndTooSlow_beginsAnew() throws Exception {
        KeyChangeSet set = new KeyChangeSet(
                DecoderKey.of(EncryptionAlgorithm.EA07, 0, 42),
                KeyType.DUTK,
                KeyExpiryNumber.NEVER,
                new KeyRevisionNumber(2),
                new TariffIndex(1),
                new SupplyGroupCode(201_457),
                false);
        List<KeyChangeToken> tokens = set.tokens(2);
        try (VirtualMeter meter = newMeter()) {
            assertThat(meter.enter(digits(tokens.get(1), KEY_64)).display()).isEqualTo("2nd KCT");
        }
        InstantSource late = InstantSource.fixed(TestMeters.NOW.plus(Duration.ofMinutes(11)));
        try (VirtualMeter meter = VirtualMeter.open(file(), TestMeters.TABLES, late)) {
            Answer first = meter.enter(digits(tokens.get(0), KEY_64));
            assertThat(first.display()).isEqualTo("1st KCT");
            assertThat(meter.status().keyChangeSections()).containsExactly(1);
            assertThat(meter.enter(digits(tokens.get(1), KEY_64)).display()).isEqualTo("ACCEPT");
            assertThat(meter.status().revision().value()).isEqualTo(2);
        }
    }

    // ---- wrong input

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234567890123456789",
                "123456789012345678901",
                "1234567890123456789O",
                "73786976294838206464",
                "99999999999999999999",
                "\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661"
                        + "\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661"
            })
    void enter_notTwentyDigits_isRejectedAndChangesNothing(String digits) throws Exception {
        try (VirtualMeter meter = newMeter()) {
            MeterStatus before = meter.status();
            long size = Files.size(file());
            Answer answer = meter.enter(digits);
            assertThat(answer.rejection()).contains(Rejection.FORMAT_ERROR);
            assertThat(answer.display()).isEqualTo("REJECT");
            assertThat(meter.status()).isEqualTo(before);
            assertThat(Files.size(file())).isEqualTo(size);
        }
    }

    // ---- the file

    @Test
    void file_isItsOwnersAloneAndOpenOnce() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            assertProblem(() -> reopen(file()), Problem.IN_USE);
            assertProblem(this::newMeter, Problem.IN_USE);
            assertThat(meter).hasToString("VirtualMeter[" + file() + "]");
        }
        assertProblem(this::newMeter, Problem.EXISTS);
        assertProblem(() -> reopen(directory.resolve("b.meter")), Problem.ABSENT);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertProblem(() -> reopen(file()), Problem.NOT_PRIVATE);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file(), "{\"meter\": 1}");
        assertProblem(() -> reopen(file()), Problem.NOT_A_METER);
    }

    private static void assertProblem(ThrowingCallable call, Problem problem) {
        assertThatThrownBy(call)
                .hasMessageStartingWith("meter file ")
                .isInstanceOfSatisfying(
                        MeterFileException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    @Test
    void file_replacedManyTimes_staysPrivateAndLocked() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            meter.enter(kwhTenths(7, 10_000));
            for (int i = 0; i < 600; i++) {
                meter.consume(Quantity.ofWattHours(1));
            }
            assertThat(meter.status().balance()).hasToString("999.4 kWh");
            assertThat(Files.size(file())).isLessThan(150_000);
            assertProblem(() -> reopen(file()), Problem.IN_USE);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (VirtualMeter meter = reopen(file())) {
            assertThat(meter.status().balance()).hasToString("999.4 kWh");
        }
    }

    @Test
    void enter_onAnInterruptedThread_worksAsEver() throws Exception {
        try (VirtualMeter meter = newMeter()) {
            Thread.currentThread().interrupt();
            assertThat(meter.enter(kwhTenths(7, 60)).accepted()).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(meter.enter(kwhTenths(8, 60)).balance()).hasToString("12.0 kWh");
        }
    }

    // ---- how meters are built

    @Test
    void specification_outOfRange_isRefusedByName() {
        MeterSpecification usual = electricity(EncryptionAlgorithm.EA11);
        assertThatThrownBy(() -> usual.withTidMemory(49)).hasMessage("TID memory is 49, outside 50..4096");
        assertThatThrownBy(() -> usual.withKeyChangeTokens(3))
                .hasMessage("key change tokens under EA11 is 3, outside 4..4");
        assertThatThrownBy(() -> usual.withPrice(1)).hasMessageContaining("price of a meter that counts units is 1");
        assertThatThrownBy(() -> usual.withCreditLimit(Credit.ofUnits(CreditType.WATER, BigDecimal.ONE)))
                .hasMessage("credit limit counts WATER; this meter counts ELECTRICITY");
        assertThatThrownBy(() -> make(file(), usual, register(KEY_64, KeyType.DUTK)))
                .hasMessage("decoder key is for EA07; the meter is built with EA11");
        assertThat(file()).doesNotExist();
    }

    @Test
    void quantity_ofUnits_isExact() {
        assertThat(Quantity.ofUnits(Resource.ELECTRICITY, new BigDecimal("1.5")))
                .isEqualTo(Quantity.ofWattHours(1_500));
        assertThat(Quantity.ofUnits(Resource.TIME, new BigDecimal("0.1")))
                .isEqualTo(Quantity.ofDuration(Duration.ofSeconds(6)));
        assertThatThrownBy(() -> Quantity.ofUnits(Resource.TIME, new BigDecimal("0.00001")))
                .hasMessageContaining("finer than 1/60000 min");
        assertThatThrownBy(() -> Quantity.ofUnits(Resource.WATER, new BigDecimal("-1")))
                .hasMessage("-1 m3 is negative");
    }
}
