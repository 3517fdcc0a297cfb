package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AmountTest {
    static Stream<JsonNode> amounts() {
        return Vectors.of("amount.json");
    }

    static Stream<JsonNode> currencies() {
        return Vectors.of("currency.json");
    }

    @ParameterizedTest
    @MethodSource("amounts")
    void units_ofVector_haveItsCode(JsonNode vector) {
        CreditAmount amount = new CreditAmount(vector.get("units").longValue());
        assertThat(String.format("%04X", amount.toBits()))
                .isEqualTo(vector.get("field").asString());
        assertThat(amount.onToken().tenths()).isEqualTo(vector.get("decoded").longValue());
        PowerLimit limit = new PowerLimit(amount.tenths());
        assertThat(PowerLimit.ofBits(limit.toBits()).watts())
                .isEqualTo(vector.get("decoded").longValue());
    }

    @ParameterizedTest
    @MethodSource("currencies")
    void currency_ofVector_hasItsCode(JsonNode vector) {
        CurrencyAmount amount =
                new CurrencyAmount(new BigInteger(vector.get("amount").asString()));
        assertThat(String.format("%X", amount.signAndExponent()))
                .isEqualTo(vector.get("se").asString());
        assertThat(String.format("%04X", amount.amountBits()))
                .isEqualTo(vector.get("field").asString());
        assertThat(amount.onToken().steps())
                .isEqualTo(new BigInteger(vector.get("decoded").asString()));
    }

    @Test
    void everyAmountCodeRoundTripsAndRises() {
        long last = -1;
        for (long code = 0; code < 65_536; code++) {
            CreditAmount amount = CreditAmount.ofBits(code);
            assertThat(amount.toBits()).isEqualTo(code);
            assertThat(amount.tenths()).isGreaterThan(last);
            last = amount.tenths();
        }
        assertThat(last).isEqualTo(CreditAmount.MAX_TENTHS);
    }

    @Test
    void roundingFavoursTheCustomerByLessThanAStep() {
        Random random = new Random(14);
        for (int i = 0; i < 200_000; i++) {
            CreditAmount amount = new CreditAmount(random.nextLong(1L << random.nextInt(1, 25)) % 18_201_625);
            long gift = amount.onToken().tenths() - amount.tenths();
            long step = amount.tenths() <= 16_383
                    ? 1
                    : amount.tenths() <= 180_214 ? 10 : amount.tenths() <= 1_818_524 ? 100 : 1_000;
            assertThat(gift).isBetween(0L, step - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 18_201_625, Long.MAX_VALUE, Long.MIN_VALUE})
    void credit_outsideTheCode_isRefused(long tenths) {
        assertThatThrownBy(() -> new CreditAmount(tenths))
                .hasMessage("credit of " + tenths + " tenths is outside 0..18201624");
        assertThatThrownBy(() -> new PowerLimit(tenths))
                .hasMessage("power limit of " + tenths + " watts is outside 0..18201624");
    }

    @Test
    void everyCurrencyCodeRoundTripsAndRises() {
        BigInteger last = BigInteger.ONE.negate();
        for (long code = 0; code < 1L << 19; code++) {
            CurrencyAmount amount = CurrencyAmount.ofBits(code >>> 16, code & 0xFFFF);
            assertThat(amount.toBits()).isEqualTo(code);
            assertThat(amount.steps()).isGreaterThan(last);
            if (code > 0) {
                assertThat(new CurrencyAmount(amount.steps().negate()).toBits()).isEqualTo(1L << 19 | code);
            }
            last = amount.steps();
        }
        assertThat(last).isEqualTo(CurrencyAmount.MAX_STEPS);
    }

    @Test
    void currencyRoundingIsTheNearestCodeThatFavoursTheCustomer() {
        Random random = new Random(31);
        for (int i = 0; i < 50_000; i++) {
            BigInteger steps = new BigInteger(random.nextInt(1, 118), random);
            if (steps.compareTo(CurrencyAmount.MAX_STEPS) > 0) {
                continue;
            }
            CurrencyAmount credit = new CurrencyAmount(steps);
            assertThat(credit.onToken().steps()).isGreaterThanOrEqualTo(steps);
            long code = credit.toBits();
            if (code > 0) {
                assertThat(CurrencyAmount.ofBits((code - 1) >>> 16, (code - 1) & 0xFFFF)
                                .steps())
                        .isLessThan(steps);
            }
            CurrencyAmount debit = new CurrencyAmount(steps.negate());
            assertThat(debit.onToken().steps()).isGreaterThanOrEqualTo(debit.steps());
            long magnitude = debit.toBits() & ((1L << 19) - 1);
            if (magnitude < (1L << 19) - 1) {
                assertThat(CurrencyAmount.ofBits((magnitude + 1) >>> 16, (magnitude + 1) & 0xFFFF)
                                .steps())
                        .isGreaterThan(steps);
            }
        }
    }

    @Test
    void currency_beyondTheCode_isRefusedOnBothSides() {
        BigInteger tooMuch = CurrencyAmount.MAX_STEPS.add(BigInteger.ONE);
        assertThatThrownBy(() -> new CurrencyAmount(tooMuch)).hasMessageContaining("is beyond 18203444");
        assertThatThrownBy(() -> new CurrencyAmount(tooMuch.negate())).hasMessageContaining("is beyond 18203444");
        assertThatThrownBy(() -> new CurrencyAmount(BigInteger.TEN.pow(100_000)))
                .hasMessageStartingWith("currency amount of more than 256 bits of steps");
        assertThat(CurrencyAmount.ofSteps(100_004)).hasToString("1.00004");
    }
}
