package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The levies of a tariff as linear functions of the purchase, found once for a version.
 *
 * <p>With Q the energy at its published price, u the units, T the payment and k every amount that is known before
 * energy is priced (charges, debts, the fee), each levy is a*Q + b*u + c*T + d*k, compounding included, because its
 * bases are. A published price holds its included levies: if these are r of the net amount, the net is 1 / (1 + r) of
 * what is published. All coefficients are brought over one whole number n. From T = Q + k + (sum of levies that are
 * not included) follows
 *
 * <pre>    T * (n - C) - k * (n + D) = Q * (n + A) + u * B</pre>
 *
 * with A to D the sums over the levies that are not included: the left side is the money left for energy, the right
 * side the price of the energy, both times n.
 *
 * @param one n, positive
 * @param bases what the rate of each levy applies to, in the tariff's order
 * @param amounts the levies themselves, in the tariff's order
 * @param netOfPayment n - C
 * @param onEnergy n + A
 * @param onUnit B
 * @param onFee n + D of the fee
 * @param onDebts n + D of the debts
 * @param onCharges n + D of each charge, in the tariff's order
 * @param netEnergy what of the published energy is net of included levies, times n
 * @param netCharges what of each charge is net of included levies, times n
 */
record Coefficients(
        BigDecimal one,
        List<Term> bases,
        List<Term> amounts,
        BigDecimal netOfPayment,
        BigDecimal onEnergy,
        BigDecimal onUnit,
        BigDecimal onFee,
        BigDecimal onDebts,
        List<BigDecimal> onCharges,
        BigDecimal netEnergy,
        List<BigDecimal> netCharges) {
    /**
     * A linear function, times n.
     *
     * @param charges the coefficient of each charge
     * @param only the charge that this is made of, if nothing else is in it; otherwise -1
     */
    record Term(
            BigDecimal energy,
            BigDecimal units,
            BigDecimal payment,
            BigDecimal fee,
            BigDecimal debts,
            List<BigDecimal> charges,
            int only) {
        static Term of(Linear linear, BigInteger one) {
            List<BigDecimal> charges = new ArrayList<>(linear.size() - Linear.CHARGES);
            for (int source = Linear.CHARGES; source < linear.size(); source++) {
                charges.add(linear.of(source).times(one));
            }
            return new Term(
                    linear.of(Linear.ENERGY).times(one),
                    linear.of(Linear.UNITS).times(one),
                    linear.of(Linear.PAYMENT).times(one),
                    linear.of(Linear.FEE).times(one),
                    linear.of(Linear.DEBTS).times(one),
                    charges,
                    linear.onlySource() - Linear.CHARGES);
        }
    }

    /** The coefficients of levies whose bases all stand before them. */
    static Coefficients of(List<Levy> levies, List<Charge> charges, Deductions deductions) {
        return new Maker(levies, charges, deductions).make();
    }

    /** The price of one unit with all levies, times n. */
    BigDecimal grossPrice(BigDecimal published) {
        return published.multiply(onEnergy).add(onUnit);
    }

    private static final class Maker {
        private final List<Levy> levies;
        private final List<Charge> charges;
        private final Deductions deductions;
        private final Map<String, Linear> byCode = new HashMap<>();
        private final Ratio[] net;

        Maker(List<Levy> levies, List<Charge> charges, Deductions deductions) {
            this.levies = levies;
            this.charges = charges;
            this.deductions = deductions;
            this.net = net();
            byCode.put(Levy.ENERGY, unit(Linear.ENERGY).times(net[Linear.ENERGY]));
            for (int i = 0; i < charges.size(); i++) {
                int source = Linear.CHARGES + i;
                byCode.put(charges.get(i).code(), unit(source).times(net[source]));
            }
        }

        private Linear unit(int source) {
            return Linear.unit(charges.size(), source);
        }

        /** What of each source is net: 1 / (1 + included levies), these found on net sources of one. */
        private Ratio[] net() {
            Map<String, Linear> onNet = new HashMap<>();
            onNet.put(Levy.ENERGY, unit(Linear.ENERGY));
            for (int i = 0; i < charges.size(); i++) {
                onNet.put(charges.get(i).code(), unit(Linear.CHARGES + i));
            }
            Linear included = Linear.zero(charges.size());
            for (Levy levy : levies) {
                if (levy.rule() == ChargeRule.PERCENT_INCLUDED) {
                    Linear amount = sum(levy.base(), onNet).times(levy.share());
                    onNet.put(levy.code(), amount);
                    included = included.plus(amount);
                }
            }
            Ratio[] parts = new Ratio[included.size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = Ratio.ONE.over(Ratio.ONE.plus(included.of(i)));
            }
            return parts;
        }

        private Linear sum(List<String> codes, Map<String, Linear> known) {
            Linear sum = Linear.zero(charges.size());
            for (String code : codes) {
                sum = sum.plus(Objects.requireNonNull(known.get(code), code));
            }
            return sum;
        }

        Coefficients make() {
            List<Linear> bases = new ArrayList<>();
            List<Linear> amounts = new ArrayList<>();
            Linear added = Linear.zero(charges.size());
            BigInteger common = BigInteger.ONE;
            for (Levy levy : levies) {
                Linear base = base(levy);
                Linear amount = base.times(levy.share());
                bases.add(base);
                amounts.add(amount);
                byCode.put(levy.code(), amount);
                if (levy.rule() != ChargeRule.PERCENT_INCLUDED) {
                    added = added.plus(amount);
                }
                common = amount.commonDenominator(base.commonDenominator(common));
            }
            common = new Linear(net).commonDenominator(common);
            return scaled(bases, amounts, added, common);
        }

        private Coefficients scaled(List<Linear> bases, List<Linear> amounts, Linear added, BigInteger common) {
            BigDecimal one = new BigDecimal(common);
            Term sum = Term.of(added, common);
            List<BigDecimal> onCharges = new ArrayList<>();
            List<BigDecimal> netCharges = new ArrayList<>();
            for (int i = 0; i < charges.size(); i++) {
                onCharges.add(one.add(sum.charges().get(i)));
                netCharges.add(net[Linear.CHARGES + i].times(common));
            }
            return new Coefficients(
                    one,
                    bases.stream().map(base -> Term.of(base, common)).toList(),
                    amounts.stream().map(amount -> Term.of(amount, common)).toList(),
                    one.subtract(sum.payment()),
                    one.add(sum.energy()),
                    sum.units(),
                    one.add(sum.fee()),
                    one.add(sum.debts()),
                    List.copyOf(onCharges),
                    net[Linear.ENERGY].times(common),
                    List.copyOf(netCharges));
        }

        private Linear base(Levy levy) {
            return switch (levy.rule()) {
                case PERCENT_INCLUDED, PERCENT_ADDED -> sum(levy.base(), byCode);
                case PERCENT_OF_PAYMENT, PERCENT_WITHIN_PAYMENT -> paymentAfter(deductions.before(levy.code()));
                case PER_UNIT -> unit(Linear.UNITS);
                default -> throw new IllegalArgumentException("a levy is not priced by " + levy.rule());
            };
        }

        /** The payment less what the tariff's order takes off before. */
        private Linear paymentAfter(List<String> before) {
            Linear left = unit(Linear.PAYMENT);
            Ratio less = Ratio.ONE.negated();
            for (String item : before) {
                switch (item) {
                    case Deductions.FEE -> left = left.plus(unit(Linear.FEE).times(less));
                    case Deductions.DEBTS -> left = left.plus(unit(Linear.DEBTS).times(less));
                    default -> {
                        for (int i = 0; i < charges.size(); i++) {
                            if (deductions.names(item, charges.get(i).code())) {
                                left = left.plus(unit(Linear.CHARGES + i).times(less));
                            }
                        }
                    }
                }
            }
            return left;
        }
    }
}
