package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Tariffs with everything that the model has, and accounts for them, from a seeded generator. */
final class RandomModels {
    static final LocalDate TODAY = LocalDate.of(2026, 3, 15);
    private static final RoundingMode[] MODES = {RoundingMode.UP, RoundingMode.DOWN, RoundingMode.HALF_UP};

    private final RandomGenerator random;

    RandomModels(RandomGenerator random) {
        this.random = random;
    }

    Tariff tariff() {
        List<Charge> charges = new ArrayList<>();
        Energy energy = energy();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            charges.add(charge("C" + i, energy instanceof Energy.Lifeline));
        }
        List<Levy> levies = levies(charges);
        return new Tariff(
                "random",
                1,
                "Random tariff",
                "XTS",
                random.nextInt(3),
                "kWh",
                Instant.EPOCH,
                energy,
                levies,
                charges,
                deductions(charges, levies),
                Continuity.STANDARD,
                new Rounding(
                        pick(MODES), pick(Rounding.Balance.values()), pick(Rounding.Position.values()), 1, pick(MODES)),
                new Limits(1, 1_000_000_000, 0, Limits.TOKEN_MAX_TENTHS));
    }

    private Energy energy() {
        return switch (random.nextInt(4)) {
            case 0 -> {
                List<Block> blocks = blocks();
                BigDecimal least = blocks.stream()
                        .map(Block::price)
                        .min(BigDecimal::compareTo)
                        .orElseThrow();
                BigDecimal price = least.divide(BigDecimal.TWO, 4, RoundingMode.DOWN);
                yield new Energy.Lifeline(BigDecimal.valueOf(1 + random.nextInt(600), 1), price, blocks);
            }
            case 1 ->
                new Energy.Classes(List.of(
                        new Energy.UsageClass("low", BigDecimal.valueOf(100), blocks()),
                        new Energy.UsageClass("high", null, blocks())));
            default -> new Energy.Blocks(blocks());
        };
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        long above = 0;
        for (int i = 0; i < count; i++) {
            blocks.add(new Block(BigDecimal.valueOf(above, 1), price()));
            above += 1 + random.nextLong(2_000);
        }
        return blocks;
    }

    private BigDecimal price() {
        return BigDecimal.valueOf(100 + random.nextInt(99_900), 2 + random.nextInt(3));
    }

    private Charge charge(String code, boolean lifeline) {
        BigDecimal amount = BigDecimal.valueOf(1 + random.nextInt(200_000), random.nextInt(5));
        Charge.Period period = pick(Charge.Period.values());
        boolean phases = random.nextInt(5) == 0;
        boolean less = lifeline && period == Charge.Period.MONTH && !phases;
        return new Charge(
                code,
                code,
                period,
                phases ? Charge.Per.PHASES : Charge.Per.ACCOUNT,
                amount,
                phases ? amount.add(BigDecimal.TEN) : null,
                less ? amount.divide(BigDecimal.TWO, 6, RoundingMode.DOWN) : null,
                period == Charge.Period.PURCHASE ? random.nextInt(2) * 50_000L : 0,
                random.nextInt(3));
    }

    private List<Levy> levies(List<Charge> charges) {
        List<String> sources = new ArrayList<>(List.of(Levy.ENERGY));
        charges.forEach(charge -> sources.add(charge.code()));
        List<String> all = new ArrayList<>(sources);
        List<Levy> levies = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            ChargeRule rule = pick(new ChargeRule[] {
                ChargeRule.PERCENT_ADDED,
                ChargeRule.PERCENT_ADDED,
                ChargeRule.PERCENT_INCLUDED,
                ChargeRule.PERCENT_OF_PAYMENT,
                ChargeRule.PERCENT_WITHIN_PAYMENT,
                ChargeRule.PER_UNIT
            });
            boolean back = rule == ChargeRule.PERCENT_ADDED && random.nextInt(4) == 0;
            BigDecimal rate = rule == ChargeRule.PER_UNIT
                    ? BigDecimal.valueOf(random.nextInt(1_000), 4)
                    : BigDecimal.valueOf(random.nextInt(back ? 200 : 1_900), 2);
            List<String> base = switch (rule) {
                case PERCENT_ADDED -> back ? List.of(Levy.ENERGY) : some(all);
                case PERCENT_INCLUDED -> some(sources);
                default -> List.of();
            };
            levies.add(new Levy("L" + i, "L" + i, back ? Levy.Kind.REBATE : Levy.Kind.TAX, rule, rate, base));
            if (!back) {
                all.add("L" + i);
            }
        }
        return levies;
    }

    private List<String> some(List<String> codes) {
        List<String> some = new ArrayList<>(
                codes.stream().filter(code -> random.nextBoolean()).toList());
        return some.isEmpty() ? List.of(codes.get(random.nextInt(codes.size()))) : some;
    }

    private Deductions deductions(List<Charge> charges, List<Levy> levies) {
        List<String> order = new ArrayList<>(List.of(Deductions.FEE, Deductions.CHARGES, Deductions.DEBTS));
        charges.stream()
                .filter(charge -> random.nextInt(3) == 0)
                .forEach(charge -> order.add(random.nextInt(order.size() + 1), charge.code()));
        levies.stream()
                .filter(levy -> levy.rule() == ChargeRule.PERCENT_OF_PAYMENT
                        || levy.rule() == ChargeRule.PERCENT_WITHIN_PAYMENT)
                .filter(levy -> random.nextBoolean())
                .forEach(levy -> order.add(random.nextInt(order.size() + 1), levy.code()));
        return new Deductions(
                order,
                BigDecimal.valueOf(random.nextBoolean() ? 100 : 20 + random.nextInt(70)),
                BigDecimal.valueOf(random.nextBoolean() ? 100 : 10 + random.nextInt(70)),
                random.nextBoolean() ? 0 : random.nextLong(100),
                pick(Deductions.WhenNothingLeft.values()));
    }

    Circumstances circumstances() {
        List<Debt> debts = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            long balance = 1 + random.nextLong(100_000);
            long original = balance + random.nextLong(100_000);
            debts.add(new Debt(
                    "D" + i,
                    "D" + i,
                    original,
                    balance,
                    random.nextInt(3),
                    TODAY.minusDays(random.nextInt(100)),
                    pick(Debt.Method.values()),
                    BigDecimal.valueOf(random.nextInt(5_000), 2),
                    TODAY.minusDays(random.nextInt(10) - 1L),
                    random.nextLong(100)));
        }
        AccountFacts facts = new AccountFacts(
                null, BigDecimal.valueOf(random.nextLong(200)), BigDecimal.TWO, random.nextBoolean() ? 1 : 3, null);
        return new Circumstances(facts, debts, random.nextInt(3) == 0 ? 1 + random.nextLong(500) : 0, List.of());
    }

    AccountPosition position(Tariff tariff) {
        Map<String, ChargeState> charges = new HashMap<>();
        for (Charge charge : tariff.charges()) {
            if (random.nextBoolean()) {
                LocalDate through = charge.period() == Charge.Period.MONTH
                        ? YearMonth.from(TODAY).minusMonths(random.nextInt(4)).atEndOfMonth()
                        : TODAY.minusDays(random.nextInt(40));
                charges.put(charge.code(), new ChargeState(through, BigDecimal.valueOf(random.nextInt(1_000), 2)));
            }
        }
        BigDecimal units = switch (random.nextInt(3)) {
            case 0 -> BigDecimal.ZERO;
            case 1 -> tariff.energy() instanceof Energy.Lifeline lifeline ? lifeline.upTo() : BigDecimal.TEN;
            default -> BigDecimal.valueOf(random.nextInt(5_000), 1);
        };
        BigDecimal paid = tariff.energy() instanceof Energy.Lifeline lifeline
                        && units.compareTo(lifeline.upTo()) == 0
                        && random.nextBoolean()
                ? lifeline.loss().divide(BigDecimal.valueOf(3), 6, RoundingMode.DOWN)
                : BigDecimal.ZERO;
        return new AccountPosition(YearMonth.from(TODAY), units, charges, paid, null);
    }

    /** A payment from one minor unit to some millions, small ones as likely as large. */
    long tender() {
        return 1 + random.nextLong(2L << random.nextInt(24));
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
