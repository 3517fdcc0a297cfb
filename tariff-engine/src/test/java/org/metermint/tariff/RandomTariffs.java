package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Tariffs of every shape within scope, from a seeded generator. */
final class RandomTariffs {
    private static final RoundingMode[] MODES = {
        RoundingMode.UP, RoundingMode.DOWN, RoundingMode.HALF_UP, RoundingMode.HALF_EVEN, RoundingMode.HALF_DOWN
    };

    private final RandomGenerator random;

    RandomTariffs(RandomGenerator random) {
        this.random = random;
    }

    Tariff next() {
        return next(pick(Rounding.Position.values()));
    }

    Tariff next(Rounding.Position position) {
        return new Tariff(
                "random",
                1,
                "Random tariff",
                "XTS",
                random.nextInt(4),
                "kWh",
                Instant.EPOCH,
                blocks(),
                levies(),
                new Rounding(pick(MODES), pick(Rounding.Balance.values()), position, random.nextInt(7), pick(MODES)),
                new Limits(1, Limits.MAX_TENDER, 0, Limits.TOKEN_MAX_TENTHS));
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        long above = 0;
        for (int i = 0; i < count; i++) {
            boolean free = i + 1 < count && random.nextInt(8) == 0;
            blocks.add(new Block(BigDecimal.valueOf(above, 1), free ? BigDecimal.ZERO : price()));
            above += 1 + random.nextInt(random.nextBoolean() ? 20 : 5_000);
        }
        return blocks;
    }

    private BigDecimal price() {
        int decimals = random.nextInt(9);
        return BigDecimal.valueOf(1 + random.nextLong(99_999), Math.min(decimals, 6));
    }

    private List<Levy> levies() {
        List<Levy> levies = new ArrayList<>();
        List<String> included = new ArrayList<>(List.of(Levy.ENERGY));
        List<String> all = new ArrayList<>(included);
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            String code = "L" + i;
            Levy.Kind kind = random.nextBoolean() ? Levy.Kind.TAX : Levy.Kind.LEVY;
            Levy levy = switch (random.nextInt(4)) {
                case 0 -> percent(code, kind, ChargeRule.PERCENT_INCLUDED, bases(included));
                case 1 -> percent(code, kind, ChargeRule.PERCENT_ADDED, bases(all));
                case 2 ->
                    new Levy(
                            code,
                            code,
                            kind,
                            ChargeRule.PER_UNIT,
                            price().movePointLeft(2).setScale(8),
                            List.of());
                default -> percent(code, kind, ChargeRule.PERCENT_OF_PAYMENT, List.of());
            };
            levies.add(levy);
            all.add(code);
            if (levy.rule() == ChargeRule.PERCENT_INCLUDED) {
                included.add(code);
            }
        }
        return levies;
    }

    private Levy percent(String code, Levy.Kind kind, ChargeRule rule, List<String> base) {
        return new Levy(code, code, kind, rule, BigDecimal.valueOf(random.nextInt(1_800), 2), base);
    }

    private List<String> bases(List<String> codes) {
        List<String> bases = new ArrayList<>(
                codes.stream().filter(code -> random.nextBoolean()).toList());
        if (bases.isEmpty()) {
            bases.add(Levy.ENERGY);
        }
        return bases;
    }

    /** A position on the token's grid, or anywhere if the tariff counts exact units. */
    BigDecimal position(Tariff tariff) {
        return switch (random.nextInt(3)) {
            case 0 -> BigDecimal.ZERO;
            case 1 ->
                NaivePricing.blocks(tariff)
                        .get(random.nextInt(NaivePricing.blocks(tariff).size()))
                        .above();
            default ->
                tariff.rounding().position() == Rounding.Position.ISSUED
                        ? BigDecimal.valueOf(random.nextLong(30_000), 1)
                        : BigDecimal.valueOf(random.nextLong(3_000_000_000L), 6);
        };
    }

    /** A payment from one minor unit to some millions, small ones as likely as large. */
    long tender() {
        return 1 + random.nextLong(2L << random.nextInt(24));
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
