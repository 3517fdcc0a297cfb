package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Laws of pricing over seeded random tariffs, positions and payments, against {@link NaivePricing}. */
@Tag("laws")
class PricingLawsTest {
    private static final long SEED = Long.getLong("metermint.seed", 20261120L);
    private static final int CASES = Boolean.getBoolean("metermint.full") ? 200_000 : 5_000;
    private static final ZoneId ZONE = ZoneOffset.UTC;
    private static final Instant AT = Instant.parse("2026-03-15T10:00:00Z");
    private static final YearMonth MONTH = YearMonth.of(2026, 3);
    private static final BigDecimal LAST_DECIMAL = BigDecimal.valueOf(1, Line.DECIMALS);
    private static final Fraction STEP = Fraction.of(1, 1);
    private static final Fraction MICRO = Fraction.of(1, 6);

    private interface Law {
        void check(Tariff tariff, AccountPosition position, long tender, RandomTariffs generator);
    }

    private static void holds(Law law) {
        for (int i = 0; i < CASES; i++) {
            long seed = SEED + i;
            RandomTariffs generator = new RandomTariffs(new SplittableRandom(seed));
            Tariff tariff = generator.next();
            AccountPosition position = new AccountPosition(MONTH, generator.position(tariff));
            long tender = i < 200 ? i + 1 : generator.tender();
            try {
                law.check(tariff, position, tender, generator);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ": tender of " + tender + " at " + position.units() + " on " + tariff, e);
            }
        }
    }

    private static Assessment buy(Tariff tariff, AccountPosition position, long tender) {
        return assessment(Pricing.assess(tariff, position, new Purchase.Tender(tender, "XTS"), AT, ZONE));
    }

    private static Assessment assessment(PricingResult result) {
        assertThat(result).isInstanceOf(Assessment.class);
        return (Assessment) result;
    }

    /** Whether the payment buys no more than one token may carry; cheap random tariffs can sell mountains. */
    private static boolean fits(Tariff tariff, AccountPosition position, long tender) {
        return Pricing.assess(tariff, position, new Purchase.Tender(tender, "XTS"), AT, ZONE) instanceof Assessment;
    }

    private static Fraction price(Tariff tariff, BigDecimal from, Fraction units) {
        Fraction start = Fraction.of(from);
        return new NaivePricing(tariff).price(start, start.plus(units));
    }

    private static long rounded(Tariff tariff, BigDecimal major) {
        return major.setScale(tariff.minorDigits(), tariff.rounding().amounts())
                .unscaledValue()
                .longValueExact();
    }

    private static Fraction major(Tariff tariff, long minorUnits) {
        return Fraction.of(minorUnits, tariff.minorDigits());
    }

    @Test
    void linesSumToTheTender() {
        holds((tariff, position, tender, generator) -> {
            if (!fits(tariff, position, tender)) {
                return;
            }
            Assessment assessment = buy(tariff, position, tender);
            assertThat(assessment.lines()).hasSize(tariff.levies().size() + 1);
            assertThat(assessment.lines()).allMatch(line -> line.amount() >= 0);
            assertThat(assessment.energy() + assessment.taxes() + assessment.levies())
                    .isEqualTo(tender);
            assertThat(assessment.lines().stream().filter(Line::balancing)).hasSize(1);
        });
    }

    @Test
    void everyLineIsItsDefinitionRoundedOnce() {
        holds((tariff, position, tender, generator) -> {
            if (!fits(tariff, position, tender)) {
                return;
            }
            Assessment assessment = buy(tariff, position, tender);
            long left = tender;
            for (Line line : assessment.lines()) {
                if (!line.balancing()) {
                    // the figure shown is itself rounded: the true one lies within its last decimal
                    long low = Math.min(left, rounded(tariff, line.exact().subtract(LAST_DECIMAL)));
                    long high = Math.min(left, rounded(tariff, line.exact().add(LAST_DECIMAL)));
                    assertThat(line.amount()).isBetween(low, high);
                    left -= line.amount();
                }
            }
        });
    }

    @Test
    void exactLinesAreThoseOfTheModel() {
        holds((tariff, position, tender, generator) -> {
            if (!fits(tariff, position, tender)) {
                return;
            }
            Assessment assessment = buy(tariff, position, tender);
            NaivePricing model = new NaivePricing(tariff);
            Fraction start = Fraction.of(position.units());
            // the exact units lie within a millionth below those shown, so the model's lines do too
            Fraction units = Fraction.of(assessment.exactUnits());
            Map<String, Fraction> upper = model.amounts(
                    model.netEnergy(model.published(start, start.plus(units))), units, major(tariff, tender));
            Fraction fewer = units.minus(MICRO);
            Map<String, Fraction> lower = model.amounts(
                    model.netEnergy(model.published(start, start.plus(fewer))), fewer, major(tariff, tender));
            Fraction shown = Fraction.of(1, Line.DECIMALS);
            for (Line line : assessment.lines()) {
                assertThat(Fraction.of(line.exact()))
                        .isLessThanOrEqualTo(upper.get(line.code()).plus(shown))
                        .isGreaterThanOrEqualTo(lower.get(line.code()).minus(shown));
            }
        });
    }

    @Test
    void issuedUnitsAreTheFewestStepsWorthThePayment() {
        holds((tariff, position, tender, generator) -> {
            if (!fits(tariff, position, tender)) {
                return;
            }
            Assessment assessment = buy(tariff, position, tender);
            Fraction paid = major(tariff, tender);
            Fraction issued = Fraction.of(assessment.issuedTenths(), 1);
            assertThat(price(tariff, position.units(), issued.minus(STEP))).isLessThan(paid);
            assertThat(price(tariff, position.units(), issued)).isGreaterThanOrEqualTo(paid);

            Fraction exact = Fraction.of(assessment.exactUnits());
            assertThat(price(tariff, position.units(), exact.minus(MICRO))).isLessThan(paid);
            assertThat(price(tariff, position.units(), exact)).isGreaterThanOrEqualTo(paid);
            assertThat(issued.minus(exact))
                    .isGreaterThanOrEqualTo(Fraction.ZERO)
                    .isLessThan(STEP);
        });
    }

    @Test
    void moreMoneyNeverBuysFewerUnits() {
        holds((tariff, position, tender, generator) -> {
            long more = tender + generator.tender();
            if (!fits(tariff, position, more)) {
                return;
            }
            Assessment small = buy(tariff, position, tender);
            Assessment large = buy(tariff, position, more);
            assertThat(large.issuedTenths()).isGreaterThanOrEqualTo(small.issuedTenths());
            assertThat(large.exactUnits()).isGreaterThanOrEqualTo(small.exactUnits());
        });
    }

    @Test
    void splittingAPurchaseChangesTheTotalByRoundingOnly() {
        holds((tariff, position, tender, generator) -> {
            long second = generator.tender();
            if (!fits(tariff, position, tender + second)) {
                return;
            }
            Fraction paid = major(tariff, tender + second);
            Assessment first = buy(tariff, position, tender);
            if (!fits(tariff, first.after(), second)) {
                return;
            }
            Fraction taken = Fraction.of(first.after().units()).minus(Fraction.of(position.units()));
            Fraction exact = Fraction.of(buy(tariff, first.after(), second).exactUnits());

            // never less than the whole buys, and more by less than the roundings of the two parts
            assertThat(price(tariff, position.units(), taken.plus(exact))).isGreaterThanOrEqualTo(paid);
            Fraction rounding = tariff.rounding().position() == Rounding.Position.ISSUED ? STEP : MICRO;
            Fraction unrounded = price(tariff, position.units(), taken.minus(rounding));
            Fraction rest = price(tariff, first.after().units(), exact.minus(MICRO));
            assertThat(unrounded.plus(rest)).isLessThan(paid);
        });
    }

    @Test
    void unitsCostTheirPriceAndComeOutIssued() {
        holds((tariff, position, tender, generator) -> {
            long tenths = 1 + tender % 20_000;
            Fraction price = price(tariff, position.units(), Fraction.of(tenths, 1));
            PricingResult result = Pricing.assess(tariff, position, new Purchase.Units(tenths), AT, ZONE);
            if (price.equals(Fraction.ZERO)) {
                assertThat(((Refusal) result).code()).isEqualTo(Refusal.Code.UNITS_WITHOUT_PRICE);
                return;
            }
            if (result instanceof Refusal refusal) {
                assertThat(refusal.code()).isEqualTo(Refusal.Code.UNITS_ABOVE_MAXIMUM);
                return;
            }
            Assessment assessment = (Assessment) result;
            assertThat(price.minus(major(tariff, assessment.tender())).abs()).isLessThanOrEqualTo(major(tariff, 1));
            assertThat(assessment.issuedTenths()).isGreaterThanOrEqualTo(tenths);
            Fraction lastStep = price.minus(price(tariff, position.units(), Fraction.of(tenths - 1, 1)));
            if (lastStep.compareTo(major(tariff, 1)) >= 0) {
                assertThat(assessment.issuedTenths()).isEqualTo(tenths);
            }
            assertThat(assessment.lines())
                    .isEqualTo(buy(tariff, position, assessment.tender()).lines());
        });
    }

    @Test
    void stepsAreTheUnitsByBlock() {
        holds((tariff, position, tender, generator) -> {
            if (!fits(tariff, position, tender)) {
                return;
            }
            Assessment assessment = buy(tariff, position, tender);
            BigDecimal at = position.units();
            BigDecimal issued = BigDecimal.ZERO;
            int previous = 0;
            for (Step step : assessment.steps()) {
                assertThat(step.block()).isGreaterThan(previous);
                previous = step.block();
                List<Block> blocks = NaivePricing.blocks(tariff);
                assertThat(step.price()).isEqualTo(blocks.get(step.block() - 1).price());
                assertThat(step.units()).isPositive();
                assertThat(step.issued()).isGreaterThanOrEqualTo(step.units());
                issued = issued.add(step.issued());
                assertThat(at)
                        .isGreaterThanOrEqualTo(blocks.get(step.block() - 1).above());
                at = at.add(step.units());
                if (step.block() < blocks.size()) {
                    assertThat(at).isLessThanOrEqualTo(blocks.get(step.block()).above());
                }
            }
            assertThat(at.subtract(position.units())).isEqualTo(assessment.exactUnits());
            assertThat(issued).isEqualByComparingTo(BigDecimal.valueOf(assessment.issuedTenths(), 1));
        });
    }

    @Test
    void pricingAgainGivesAnEqualAssessment() {
        holds((tariff, position, tender, generator) -> {
            PricingResult once = Pricing.assess(tariff, position, new Purchase.Tender(tender, "XTS"), AT, ZONE);
            assertThat(Pricing.assess(tariff, position, new Purchase.Tender(tender, "XTS"), AT, ZONE))
                    .isEqualTo(once);
            if (once instanceof Assessment a) {
                assertThat(Pricing.assess(a.tariff(), a.before(), a.purchase(), a.at(), a.zone()))
                        .isEqualTo(once);
            }
        });
    }

    @Test
    void publicPriceIsThatOfTheModel() {
        holds((tariff, position, tender, generator) -> {
            BigDecimal units = BigDecimal.valueOf(tender, 3);
            Fraction difference = Fraction.of(Pricing.price(tariff, position.units(), units))
                    .minus(price(tariff, position.units(), Fraction.of(units)));
            assertThat(difference.abs()).isLessThanOrEqualTo(Fraction.of(5, 11));
        });
    }
}
