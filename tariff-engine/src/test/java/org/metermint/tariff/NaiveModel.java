package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rules of a whole tariff say, word for word and in fractions: each levy by its definition on a purchase that
 * is known already. It solves nothing, and so shares no step with the code under test.
 *
 * @param charges what was collected of each charge, at its published amount
 */
record NaiveModel(
        Tariff tariff,
        List<Block> blocks,
        Fraction payment,
        Fraction fee,
        Fraction debts,
        Map<String, Fraction> charges) {
    /** Units at the published prices of their blocks. */
    static Fraction published(List<Block> blocks, Fraction from, Fraction to) {
        Fraction sum = Fraction.ZERO;
        for (int i = 0; i < blocks.size(); i++) {
            Fraction start = Fraction.of(blocks.get(i).above()).max(from);
            Fraction end = i + 1 < blocks.size()
                    ? Fraction.of(blocks.get(i + 1).above()).min(to)
                    : to;
            if (start.compareTo(end) < 0) {
                sum = sum.plus(end.minus(start).times(Fraction.of(blocks.get(i).price())));
            }
        }
        return sum;
    }

    /** Everything that a purchase of this energy at published prices and these units costs, levies and all. */
    Fraction total(Fraction energy, Fraction units) {
        Map<String, Fraction> amounts = amounts(energy, units);
        Fraction sum = energy.plus(fee).plus(debts);
        for (Fraction charge : charges.values()) {
            sum = sum.plus(charge);
        }
        for (Levy levy : tariff.levies()) {
            if (levy.rule() != ChargeRule.PERCENT_INCLUDED) {
                sum = sum.plus(amounts.get(levy.code()));
            }
        }
        return sum;
    }

    /** Energy, charges and every levy, net, by code. */
    Map<String, Fraction> amounts(Fraction energy, Fraction units) {
        Map<String, Fraction> amounts = new HashMap<>();
        amounts.put(Levy.ENERGY, energy.times(net(Levy.ENERGY)));
        for (Charge charge : tariff.charges()) {
            amounts.put(
                    charge.code(),
                    charges.getOrDefault(charge.code(), Fraction.ZERO).times(net(charge.code())));
        }
        for (Levy levy : tariff.levies()) {
            Fraction rate = Fraction.of(levy.rate());
            Fraction percent = rate.times(Fraction.of(1, 2));
            Fraction amount = switch (levy.rule()) {
                case PERCENT_INCLUDED, PERCENT_ADDED ->
                    percent.times(levy.base().stream().map(amounts::get).reduce(Fraction.ZERO, Fraction::plus));
                case PERCENT_OF_PAYMENT -> percent.times(base(levy));
                case PERCENT_WITHIN_PAYMENT -> base(levy).times(percent.over(Fraction.ONE.plus(percent)));
                case PER_UNIT -> rate.times(units);
                default -> throw new AssertionError();
            };
            amounts.put(levy.code(), levy.kind() == Levy.Kind.REBATE ? Fraction.ZERO.minus(amount) : amount);
        }
        return amounts;
    }

    /** What one of a source is, net of the levies that its published amount contains. */
    private Fraction net(String source) {
        Map<String, Fraction> onOne = new HashMap<>();
        onOne.put(source, Fraction.ONE);
        Fraction sum = Fraction.ONE;
        for (Levy levy : tariff.levies()) {
            if (levy.rule() == ChargeRule.PERCENT_INCLUDED) {
                Fraction amount = Fraction.ZERO;
                for (String code : levy.base()) {
                    amount = amount.plus(onOne.getOrDefault(code, Fraction.ZERO));
                }
                amount = amount.times(Fraction.of(levy.rate())).times(Fraction.of(1, 2));
                onOne.put(levy.code(), amount);
                sum = sum.plus(amount);
            }
        }
        return Fraction.ONE.over(sum);
    }

    /** The payment less what the order takes before. */
    private Fraction base(Levy levy) {
        Fraction base = payment;
        List<String> order = tariff.deductions().order();
        for (String item : order.subList(0, Math.max(0, order.indexOf(levy.code())))) {
            switch (item) {
                case Deductions.FEE -> base = base.minus(fee);
                case Deductions.DEBTS -> base = base.minus(debts);
                case Deductions.CHARGES -> {
                    for (Map.Entry<String, Fraction> charge : charges.entrySet()) {
                        if (!order.contains(charge.getKey())) {
                            base = base.minus(charge.getValue());
                        }
                    }
                }
                default -> base = base.minus(charges.getOrDefault(item, Fraction.ZERO));
            }
        }
        return base;
    }

    static Fraction of(BigDecimal value) {
        return Fraction.of(value);
    }
}
