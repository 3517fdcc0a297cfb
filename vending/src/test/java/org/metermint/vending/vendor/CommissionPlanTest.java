package org.metermint.vending.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommissionPlanTest {
    static CommissionPlan plan(String percent, String perUnit, long perSale) {
        return new CommissionPlan(
                "shops",
                1,
                Instant.EPOCH,
                new BigDecimal(percent),
                new BigDecimal(perUnit),
                perSale,
                0,
                Settlement.NET);
    }

    @ParameterizedTest
    @CsvSource({
        "3,      0,     0,   10000, 463, 300",
        "2.5,    0,     0,   10010, 463, 250",
        "2.5,    0,     0,   10020, 463, 251",
        "0,      12.5,  0,   10000, 463, 579",
        "0,      0,     150, 10000, 463, 150",
        "1.25,   3,     20,  10000, 463, 284",
        "0,      0,     150, 100,   5,   100",
        "100,    1,     1,   777,   5,   777",
        "50,     0,     0,   1,     0,   1",
        "49.99,  0,     0,   1,     0,   0",
        "0,      0,     0,   10000, 463, 0",
        "100,    0,     0,   1000000000000000, 0, 1000000000000000",
        "3,      12,    5,   0,     100, 0"
    })
    void commission_addsItsParts_roundsHalfUp_andIsBoundedByTheTender(
            String percent, String perUnit, long perSale, long tender, long tenths, long expected) {
        assertThat(plan(percent, perUnit, perSale).commission(tender, tenths)).isEqualTo(expected);
    }

    /** Against whole numbers: everything times 10^7, one half added, divided once. */
    @Test
    void commission_isTheExactSumRoundedOnce() {
        Random random = new Random(20260701);
        for (int i = 0; i < 20_000; i++) {
            long percent = random.nextLong(1_000_001);
            long perUnit = random.nextLong(100_000_000);
            long perSale = random.nextLong(1_000);
            long tender = random.nextLong(1_000_000_000_000L);
            long tenths = random.nextLong(18_201_624);
            BigInteger scaled = BigInteger.valueOf(percent)
                    .multiply(BigInteger.valueOf(tender))
                    .multiply(BigInteger.TEN)
                    .add(BigInteger.valueOf(perUnit).multiply(BigInteger.valueOf(tenths)))
                    .add(BigInteger.valueOf(perSale).multiply(BigInteger.valueOf(10_000_000)));
            long expected = scaled.add(BigInteger.valueOf(5_000_000))
                    .divide(BigInteger.valueOf(10_000_000))
                    .min(BigInteger.valueOf(tender))
                    .longValueExact();
            CommissionPlan plan = plan(
                    BigDecimal.valueOf(percent, 4).toString(),
                    BigDecimal.valueOf(perUnit, 6).toString(),
                    perSale);
            assertThat(plan.commission(tender, tenths))
                    .as("%s of %d and %d tenths", plan, tender, tenths)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"100.0001, 0, 0", "-1, 0, 0", "1.23456, 0, 0", "0, 1000001, 0", "0, 0.1234567, 0", "0, 0, -1"})
    void plan_outOfItsBounds_isRefused(String percent, String perUnit, long perSale) {
        assertThatIllegalArgumentException().isThrownBy(() -> plan(percent, perUnit, perSale));
    }

    @Test
    void commission_ofANegativeTender_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> plan("1", "0", 0).commission(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> plan("1", "0", 0).commission(0, -1));
    }

    @Test
    void terms_takeTheVersionThatIsInForce() {
        CommissionPlan first = version(1, "2026-01-01T00:00:00Z");
        CommissionPlan second = version(2, "2026-07-01T00:00:00Z");
        VendorTerms terms =
                new VendorTerms("shop", VendorStatus.ACTIVE, List.of(first, second), List.of(), Set.of(), Set.of());
        assertThat(terms.planAt(Instant.parse("2025-12-31T23:59:59Z"))).isEmpty();
        assertThat(terms.planAt(Instant.parse("2026-01-01T00:00:00Z"))).contains(first);
        assertThat(terms.planAt(Instant.parse("2026-06-30T23:59:59Z"))).contains(first);
        assertThat(terms.planAt(Instant.parse("2026-07-01T00:00:00Z"))).contains(second);
    }

    private static CommissionPlan version(int version, String from) {
        return new CommissionPlan(
                "shops", version, Instant.parse(from), BigDecimal.ONE, BigDecimal.ZERO, 0, 0, Settlement.NET);
    }
}
