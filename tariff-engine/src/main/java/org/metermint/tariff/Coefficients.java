package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The levies of a tariff as linear functions of the purchase.
 *
 * <p>With e the energy net of levies, u the units and T the payment, every levy is a*e + b*u + c*T, compounding
 * included, because its bases are. All coefficients are finite decimals, so nothing is lost. Let d be 1 plus the a of
 * the included levies; the published prices then cost Q = d*e. From T = e + (sum of levies) follows
 *
 * <pre>    T * (1 - C) * d = Q * (1 + A) + u * B * d</pre>
 *
 * with A, B, C the sums over all levies: one unit at the published price q costs, levies and all, grossPrice(q) /
 * scale, where grossPrice(q) = q * (1 + A) + B * d and scale = (1 - C) * d.
 *
 * @param bases what the rate of each levy applies to, in the tariff's order
 * @param amounts the levies themselves, in the tariff's order
 * @param included d, the published price of one currency unit of net energy
 * @param netOfPayment 1 - C, the part of the payment that levies of the payment leave
 * @param onEnergy 1 + A
 * @param onUnit B * d
 */
record Coefficients(
        List<Term> bases,
        List<Term> amounts,
        BigDecimal included,
        BigDecimal netOfPayment,
        BigDecimal onEnergy,
        BigDecimal onUnit) {
    /** A linear function: energy * net energy + unit * units + payment * payment. */
    record Term(BigDecimal energy, BigDecimal unit, BigDecimal payment) {
        private static final Term ZERO = new Term(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
        private static final Term ENERGY = new Term(BigDecimal.ONE, BigDecimal.ZERO, BigDecimal.ZERO);
        private static final Term UNITS = new Term(BigDecimal.ZERO, BigDecimal.ONE, BigDecimal.ZERO);
        private static final Term PAYMENT = new Term(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ONE);

        Term plus(Term other) {
            return new Term(energy.add(other.energy), unit.add(other.unit), payment.add(other.payment));
        }

        Term times(BigDecimal factor) {
            return new Term(energy.multiply(factor), unit.multiply(factor), payment.multiply(factor));
        }
    }

    /** The coefficients of levies whose bases all stand before them. */
    static Coefficients of(List<Levy> levies) {
        List<Term> bases = new ArrayList<>(levies.size());
        List<Term> amounts = new ArrayList<>(levies.size());
        Map<String, Term> byCode = new HashMap<>();
        byCode.put(Levy.ENERGY, Term.ENERGY);
        Term sum = Term.ZERO;
        BigDecimal included = BigDecimal.ONE;
        for (Levy levy : levies) {
            Term base = base(levy, byCode);
            Term amount = base.times(
                    levy.rule() == ChargeRule.PER_UNIT
                            ? levy.rate()
                            : levy.rate().movePointLeft(2));
            bases.add(base);
            amounts.add(amount);
            byCode.put(levy.code(), amount);
            sum = sum.plus(amount);
            if (levy.rule() == ChargeRule.PERCENT_INCLUDED) {
                included = included.add(amount.energy());
            }
        }
        return new Coefficients(
                bases,
                amounts,
                included,
                BigDecimal.ONE.subtract(sum.payment()),
                BigDecimal.ONE.add(sum.energy()),
                sum.unit().multiply(included));
    }

    private static Term base(Levy levy, Map<String, Term> byCode) {
        return switch (levy.rule()) {
            case PERCENT_INCLUDED, PERCENT_ADDED -> {
                Term sum = Term.ZERO;
                for (String code : levy.base()) {
                    sum = sum.plus(Objects.requireNonNull(byCode.get(code), code));
                }
                yield sum;
            }
            case PERCENT_OF_PAYMENT -> Term.PAYMENT;
            case PER_UNIT -> Term.UNITS;
            case BLOCKS -> throw new IllegalArgumentException("a levy is not priced by blocks");
        };
    }

    /** The price of one unit of this block with all levies, times {@link #scale()}. */
    BigDecimal grossPrice(Block block) {
        return block.price().multiply(onEnergy).add(onUnit);
    }

    /** What the scaled gross prices and amounts are multiplied by. */
    BigDecimal scale() {
        return netOfPayment.multiply(included);
    }
}
