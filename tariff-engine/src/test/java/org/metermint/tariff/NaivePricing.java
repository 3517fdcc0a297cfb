package org.metermint.tariff;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tariff rules say, word for word and in fractions: the price of given units, each levy by its definition.
 * It never divides money by a price, and so shares no step with the code under test.
 */
record NaivePricing(Tariff tariff) {
    static List<Block> blocks(Tariff tariff) {
        return ((Energy.Blocks) tariff.energy()).blocks();
    }

    /** The price with all levies of the units between two positions. */
    Fraction price(Fraction from, Fraction to) {
        Fraction energy = netEnergy(published(from, to));
        Fraction units = to.minus(from);
        Fraction withoutPayment = total(energy, units, Fraction.ZERO);
        Fraction perPayment = total(energy, units, Fraction.ONE).minus(withoutPayment);
        return withoutPayment.over(Fraction.ONE.minus(perPayment));
    }

    /** Units at the published prices of their blocks. */
    Fraction published(Fraction from, Fraction to) {
        Fraction sum = Fraction.ZERO;
        for (int i = 0; i < blocks(tariff).size(); i++) {
            Fraction start = Fraction.of(blocks(tariff).get(i).above()).max(from);
            Fraction end = i + 1 < blocks(tariff).size()
                    ? Fraction.of(blocks(tariff).get(i + 1).above()).min(to)
                    : to;
            if (start.compareTo(end) < 0) {
                sum = sum.plus(
                        end.minus(start).times(Fraction.of(blocks(tariff).get(i).price())));
            }
        }
        return sum;
    }

    /** The published price less the levies it contains. */
    Fraction netEnergy(Fraction published) {
        Map<String, Fraction> onOne = amounts(Fraction.ONE, Fraction.ZERO, Fraction.ZERO);
        Fraction withIncluded = Fraction.ONE;
        for (Levy levy : tariff.levies()) {
            if (levy.rule() == ChargeRule.PERCENT_INCLUDED) {
                withIncluded = withIncluded.plus(onOne.get(levy.code()));
            }
        }
        return published.over(withIncluded);
    }

    private Fraction total(Fraction energy, Fraction units, Fraction payment) {
        return amounts(energy, units, payment).values().stream().reduce(Fraction.ZERO, Fraction::plus);
    }

    /** Energy and every levy, by code. */
    Map<String, Fraction> amounts(Fraction energy, Fraction units, Fraction payment) {
        Map<String, Fraction> amounts = new HashMap<>();
        amounts.put(Levy.ENERGY, energy);
        for (Levy levy : tariff.levies()) {
            Fraction rate = Fraction.of(levy.rate());
            Fraction percent = rate.times(Fraction.of(1, 2));
            amounts.put(
                    levy.code(),
                    switch (levy.rule()) {
                        case PERCENT_INCLUDED, PERCENT_ADDED ->
                            percent.times(levy.base().stream().map(amounts::get).reduce(Fraction.ZERO, Fraction::plus));
                        case PERCENT_OF_PAYMENT -> percent.times(payment);
                        case PER_UNIT -> rate.times(units);
                        default -> throw new AssertionError();
                    });
        }
        return amounts;
    }
}
