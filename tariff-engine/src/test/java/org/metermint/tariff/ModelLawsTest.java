package org.metermint.tariff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Laws of the whole model over seeded random tariffs, accounts and payments, against {@link NaiveModel}. */
@Tag("laws")
class ModelLawsTest {
    private static final long SEED = Long.getLong("metermint.seed", 20261122L);
    private static final int CASES = Boolean.getBoolean("metermint.full") ? 100_000 : 3_000;
    private static final ZoneId ZONE = ZoneOffset.UTC;
    private static final Instant AT = RandomModels.TODAY.atTime(10, 0).toInstant(ZoneOffset.UTC);
    private static final Fraction MICRO = Fraction.of(1, 6);

    /** A case: everything that goes into pricing, and what comes out. */
    private record Case(
            TariffPlan plan, Circumstances circumstances, AccountPosition position, long tender, PricingResult result) {
        Tariff tariff() {
            return plan.tariff();
        }

        Case with(Tariff other, Circumstances known) {
            return new Case(TariffPlan.of(other), known, position, tender, result);
        }

        PricingResult buy(AccountPosition from, long amount) {
            return plan.assess(circumstances, from, new Purchase.Tender(amount, "XTS"), AT, ZONE);
        }
    }

    private interface Law {
        void check(Case purchase, Assessment sold);
    }

    private static void holds(Law law) {
        int sales = 0;
        for (int i = 0; i < CASES; i++) {
            long seed = SEED + i;
            RandomModels random = new RandomModels(new SplittableRandom(seed));
            Tariff tariff = next(random);
            Circumstances circumstances = random.circumstances();
            AccountPosition position = random.position(tariff);
            long tender = i < 200 ? i + 1 : random.tender();
            TariffPlan plan = TariffPlan.of(tariff);
            PricingResult result = null;
            try {
                result = plan.assess(circumstances, position, new Purchase.Tender(tender, "XTS"), AT, ZONE);
                if (result instanceof Assessment sold) {
                    sales++;
                    law.check(new Case(plan, circumstances, position, tender, result), sold);
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ": tender of " + tender + " at " + position + " with " + circumstances + " on "
                                + tariff + " gives " + result,
                        e);
            }
        }
        assertThat(sales).isGreaterThan(CASES / 3);
    }

    /** Random rebates and levies of the payment can leave nothing with a price: such tariffs are refused, and skipped. */
    private static Tariff next(RandomModels random) {
        while (true) {
            try {
                return random.tariff();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage())
                        .containsAnyOf("without a price", "nothing is left", "less than nothing", "dearer");
            }
        }
    }

    @Test
    void linesSumToTheTenderAndNoneTakesBack() {
        holds((purchase, sold) -> {
            assertThat(sold.lines().stream().mapToLong(Line::amount).sum()).isEqualTo(purchase.tender());
            assertThat(sold.lines()).allMatch(line -> line.kind() == Line.Kind.REBATE || line.amount() >= 0);
            assertThat(sold.lines().stream().filter(Line::balancing).count()).isLessThanOrEqualTo(1);
        });
    }

    @Test
    void debtsAreNeverOverpaidAndCapsHold() {
        holds((purchase, sold) -> {
            long debts = 0;
            for (DebtPaid paid : sold.debts()) {
                assertThat(paid.amount()).isNotNegative();
                assertThat(paid.balanceAfter()).isNotNegative();
                debts += paid.amount();
            }
            if (sold.hasToken()) {
                Deductions rules = purchase.tariff().deductions();
                assertThat(BigDecimal.valueOf(debts).movePointRight(2))
                        .isLessThanOrEqualTo(rules.debtsPercent().multiply(BigDecimal.valueOf(purchase.tender())));
                BigDecimal charges = taken(purchase, sold).values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
                assertThat(charges.movePointRight(2))
                        .isLessThanOrEqualTo(rules.chargesPercent()
                                .multiply(purchase.tariff().major(purchase.tender())));
            }
        });
    }

    /** What was collected of each charge: what was due less what still is. */
    private static Map<String, BigDecimal> taken(Case purchase, Assessment sold) {
        Dues dues = Dues.of(purchase.tariff(), purchase.circumstances(), sold.before(), RandomModels.TODAY);
        Map<String, BigDecimal> taken = new HashMap<>();
        for (Dues.Due due : dues.charges()) {
            String code = due.charge().code();
            boolean applies = due.charge().aboveTender() == 0
                    || purchase.tender() > due.charge().aboveTender();
            ChargeState after = sold.after().charges().get(code);
            BigDecimal left = after == null ? BigDecimal.ZERO : after.due();
            taken.put(code, applies ? due.due().subtract(left) : BigDecimal.ZERO);
        }
        return taken;
    }

    private static List<Block> blocks(Case purchase) {
        return switch (purchase.tariff().energy()) {
            case Energy.Blocks(List<Block> blocks) -> blocks;
            case Energy.Lifeline lifeline -> lifeline.blocks();
            case Energy.Classes classes ->
                classes.classes()
                        .get(classes.place(purchase.circumstances().facts()))
                        .blocks();
            case TimeOfUse time -> throw new AssertionError();
        };
    }

    @Test
    void unitsAreWorthThePaymentByEveryDefinition() {
        holds((purchase, sold) -> {
            if (!sold.hasToken() || sold.exactUnits().signum() == 0) {
                return;
            }
            Map<String, Fraction> charges = new HashMap<>();
            taken(purchase, sold).forEach((code, amount) -> charges.put(code, Fraction.of(amount)));
            long debts = sold.debts().stream().mapToLong(DebtPaid::amount).sum();
            int digits = purchase.tariff().minorDigits();
            Fraction paid = Fraction.of(purchase.tender(), digits);
            NaiveModel model = new NaiveModel(
                    purchase.tariff(),
                    blocks(purchase),
                    paid,
                    Fraction.of(purchase.circumstances().channelFee(), digits),
                    Fraction.of(debts, digits),
                    charges);
            Fraction units = Fraction.of(sold.exactUnits());
            assertThat(cost(purchase, sold, model, units, true)).isGreaterThanOrEqualTo(paid);
            assertThat(cost(purchase, sold, model, units.minus(MICRO), false)).isLessThan(paid);
        });
    }

    /** The naive total of a purchase; {@code crossed} adds the loss of a lifeline also where it is only reached. */
    private static Fraction cost(Case purchase, Assessment sold, NaiveModel model, Fraction units, boolean crossed) {
        Fraction from = Fraction.of(sold.before().units());
        Fraction to = from.plus(units);
        if (!(purchase.tariff().energy() instanceof Energy.Lifeline lifeline)
                || from.compareTo(Fraction.of(lifeline.upTo())) > 0) {
            return model.total(NaiveModel.published(model.blocks(), from, to), units);
        }
        Fraction end = Fraction.of(lifeline.upTo());
        Fraction within = to.min(end).minus(from).times(Fraction.of(lifeline.price()));
        int reached = to.compareTo(end);
        if (reached < 0 || (reached == 0 && !crossed)) {
            return model.total(within, units);
        }
        // what is lost: the month's units at the other prices, and the rest of the month's charges
        Fraction beyond = NaiveModel.published(model.blocks(), end, to);
        Fraction paid = Fraction.of(sold.before().lifelineLossPaid());
        Fraction loss = Fraction.of(lifeline.loss());
        Fraction energyLoss = loss.minus(paid).max(Fraction.ZERO);
        Fraction credit = paid.minus(loss).max(Fraction.ZERO);
        Map<String, Fraction> charges = new HashMap<>(model.charges());
        for (Charge charge : purchase.tariff().charges()) {
            Fraction saving = Fraction.of(charge.lifelineSaving());
            Fraction due = saving.minus(credit).max(Fraction.ZERO);
            credit = credit.minus(saving).max(Fraction.ZERO);
            charges.merge(charge.code(), due, Fraction::plus);
        }
        NaiveModel lost =
                new NaiveModel(model.tariff(), model.blocks(), model.payment(), model.fee(), model.debts(), charges);
        return lost.total(within.plus(energyLoss).plus(beyond), units);
    }

    @Test
    void pricingAgainGivesAnEqualAssessment() {
        holds((purchase, sold) -> assertThat(TariffPlan.of(sold.tariff())
                        .assess(sold.circumstances(), sold.before(), sold.purchase(), sold.at(), sold.zone()))
                .isEqualTo(sold));
    }

    @Test
    void unitsAskedForAreIssued_forAsLittleAsBuysThem() {
        holds((purchase, sold) -> {
            long tenths = 1 + purchase.tender() % 3_000;
            PricingResult result = purchase.plan()
                    .assess(purchase.circumstances(), purchase.position(), new Purchase.Units(tenths), AT, ZONE);
            if (result instanceof Assessment bought) {
                assertThat(bought.issuedTenths()).isGreaterThanOrEqualTo(tenths);
                if (bought.tender() > 1
                        && isMonotone(purchase.tariff())
                        && purchase.circumstances().debts().stream()
                                .noneMatch(debt -> debt.method() == Debt.Method.PERCENT_OF_PURCHASE)
                        && purchase.buy(purchase.position(), bought.tender() - 1) instanceof Assessment less) {
                    assertThat(less.issuedTenths()).isLessThanOrEqualTo(bought.issuedTenths());
                }
            }
        });
    }

    /**
     * Whether what is due does not jump with the payment. Percentages of it, taken in whole minor units, still do: one more
     * minor unit can leave a part of one less.
     */
    private static boolean isMonotone(Tariff tariff) {
        Deductions rules = tariff.deductions();
        return rules.leastTenths() == 0
                && rules.chargesPercent().intValue() == 100
                && rules.debtsPercent().intValue() == 100
                && tariff.charges().stream().allMatch(charge -> charge.aboveTender() == 0);
    }

    @Test
    void moreMoneyNeverBuysFewerUnitsWhereNothingDependsOnTheAmount() {
        holds((purchase, sold) -> {
            if (isMonotone(purchase.tariff())
                    && purchase.buy(purchase.position(), purchase.tender() + 100) instanceof Assessment more) {
                assertThat(more.exactUnits()).isGreaterThanOrEqualTo(sold.exactUnits());
            }
        });
    }

    @Test
    void figuresOfTablesPriceAsTheTariffsOwn() {
        holds((purchase, sold) -> {
            List<Levy> own = new ArrayList<>();
            List<Levy> named = new ArrayList<>();
            List<RateVersion> rates = new ArrayList<>();
            for (Levy levy : purchase.tariff().levies()) {
                own.add(levy(levy, Checks.plain(levy.rate()), null));
                named.add(levy(levy, BigDecimal.ZERO, levy.code()));
                rates.add(new RateVersion(levy.code(), 1, Instant.EPOCH, BigDecimal.ONE));
                rates.add(new RateVersion(levy.code(), 2, AT, levy.rate()));
                rates.add(new RateVersion(levy.code(), 3, AT.plusSeconds(1), BigDecimal.TEN));
            }
            Energy energy = purchase.tariff().energy();
            Assessment expected =
                    (Assessment) purchase.with(purchase.tariff().with(energy, own), purchase.circumstances())
                            .buy(purchase.position(), purchase.tender());
            Assessment byTables = (Assessment) purchase.with(
                            purchase.tariff().with(energy, named),
                            purchase.circumstances().with(rates))
                    .buy(purchase.position(), purchase.tender());
            assertThat(byTables.lines()).isEqualTo(expected.lines());
            assertThat(byTables.after()).isEqualTo(expected.after());
            assertThat(byTables.circumstances().rates()).hasSameSizeAs(named);
        });
    }

    private static Levy levy(Levy like, BigDecimal rate, @Nullable String table) {
        return new Levy(like.code(), like.label(), like.kind(), like.rule(), rate, like.base(), table);
    }

    /** Where no purchase is asked for anything of its own, two purchases buy what one does, but for roundings. */
    @Test
    void splittingAPurchaseChangesWhatItBuysByRoundingOnly() {
        AtomicInteger split = new AtomicInteger();
        holds((any, ignored) -> {
            List<Debt> debts = any.circumstances().debts().stream()
                    .filter(debt -> debt.method() == Debt.Method.ALL_AT_ONCE)
                    .toList();
            Case purchase = any.with(
                    withoutPurchases(any.tariff()),
                    new Circumstances(any.circumstances().facts(), debts, 0, List.of()));
            long part = 1 + purchase.tender() / 3;
            if (part >= purchase.tender()
                    || !(purchase.buy(purchase.position(), purchase.tender()) instanceof Assessment whole)
                    || !(purchase.buy(purchase.position(), part) instanceof Assessment first)) {
                return;
            }
            Case rest =
                    purchase.with(purchase.tariff(), purchase.circumstances().after(first.debts()));
            if (rest.buy(first.after(), purchase.tender() - part) instanceof Assessment second) {
                split.incrementAndGet();
                BigDecimal apart = first.exactUnits().add(second.exactUnits());
                assertThat(apart.subtract(whole.exactUnits()).abs())
                        .as("%s and %s against %s", first.exactUnits(), second.exactUnits(), whole.exactUnits())
                        .isLessThanOrEqualTo(roundings(purchase));
            }
        });
        assertThat(split.get()).isGreaterThan(CASES / 4);
    }

    /** The same tariff without what each purchase is asked for anew. */
    private static Tariff withoutPurchases(Tariff tariff) {
        Rounding rounding = tariff.rounding();
        return new Tariff(
                tariff.id(),
                tariff.version(),
                tariff.name(),
                tariff.currency(),
                tariff.minorDigits(),
                tariff.unit(),
                tariff.effectiveFrom(),
                tariff.energy(),
                tariff.levies(),
                tariff.charges().stream()
                        .map(charge -> new Charge(
                                charge.code(),
                                charge.label(),
                                charge.period() == Charge.Period.PURCHASE ? Charge.Period.DAY : charge.period(),
                                charge.per(),
                                charge.amount(),
                                charge.threePhaseAmount(),
                                charge.lifelineAmount(),
                                0,
                                0))
                        .toList(),
                new Deductions(
                        List.of(),
                        BigDecimal.valueOf(100),
                        BigDecimal.valueOf(100),
                        0,
                        Deductions.WhenNothingLeft.RECEIPT_WITHOUT_TOKEN),
                tariff.continuity(),
                new Rounding(
                        rounding.amounts(),
                        rounding.balance(),
                        Rounding.Position.EXACT,
                        rounding.displayDecimals(),
                        rounding.displayUnits()),
                tariff.limits());
    }

    /** What some minor units buy at the lowest price: charges that are paid in part are paid in whole ones. */
    private static BigDecimal roundings(Case purchase) {
        BigDecimal lowest = blocks(purchase).stream()
                .map(Block::price)
                .min(BigDecimal::compareTo)
                .orElseThrow();
        if (purchase.tariff().energy() instanceof Energy.Lifeline lifeline) {
            lowest = lowest.min(lifeline.price());
        }
        return purchase.tariff()
                .major(4L * (1 + purchase.tariff().charges().size()))
                .divide(lowest, AccountPosition.DECIMALS, RoundingMode.UP)
                .add(BigDecimal.valueOf(4, AccountPosition.DECIMALS));
    }
}
