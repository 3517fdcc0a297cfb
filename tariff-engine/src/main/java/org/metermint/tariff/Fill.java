package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Money filled into the blocks of a month from a position on, as exact fractions over one denominator.
 *
 * <p>What the money pays for to its end are finite decimals; only in the last block or toll does a division stand: what
 * is left over the price there. All figures are therefore kept as numerators over {@code denominator}, and each that
 * needs rounding is divided once, from the exact value.
 *
 * @param portions the blocks touched, in order
 * @param units numerator of the units
 * @param energy numerator of energy at published prices, the loss of a lifeline included
 * @param lossEnergy numerator of what of it is loss of a lifeline
 * @param lossCharges numerators of what the loss adds to each charge
 * @param denominator the denominator of all, positive
 */
record Fill(
        List<Portion> portions,
        BigDecimal units,
        BigDecimal energy,
        BigDecimal lossEnergy,
        List<BigDecimal> lossCharges,
        BigDecimal denominator) {
    /** A block, and the units filled to its end; the last block holds what the others leave of the purchase. */
    record Portion(int block, BigDecimal units) {}

    /** Nothing bought. */
    static Fill nothing(int charges) {
        return new Fill(List.of(), BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, zeros(charges), BigDecimal.ONE);
    }

    /** Money that is credited as it is. */
    static Fill credit(BigDecimal left, Coefficients coefficients, int charges) {
        return new Fill(List.of(), BigDecimal.ZERO, left, BigDecimal.ZERO, zeros(charges), coefficients.onEnergy());
    }

    private static List<BigDecimal> zeros(int count) {
        return Collections.nCopies(count, BigDecimal.ZERO);
    }

    /** What the fill paid towards the loss of a lifeline, as a numerator. */
    BigDecimal loss() {
        BigDecimal sum = lossEnergy;
        for (BigDecimal charge : lossCharges) {
            sum = sum.add(charge);
        }
        return sum;
    }

    /**
     * Fills money, more than nothing and times the coefficients' n, into a course.
     *
     * @param paid what was paid of its tolls before
     * @return null if the course ends before the money does
     */
    static @Nullable Fill of(Course course, BigDecimal position, BigDecimal paid, BigDecimal money, int charges) {
        return new Filling(course, position, paid, money, charges).fill();
    }

    private static final class Filling {
        private final Course course;
        private final BigDecimal position;
        private final BigDecimal paid;
        private final List<Portion> portions;
        private final List<BigDecimal> lossCharges;
        private BigDecimal left;
        private BigDecimal at;
        private BigDecimal cost = BigDecimal.ZERO;
        private BigDecimal lossEnergy = BigDecimal.ZERO;

        Filling(Course course, BigDecimal position, BigDecimal paid, BigDecimal money, int charges) {
            this.course = course;
            this.position = position;
            this.paid = paid;
            this.left = money;
            this.at = position;
            this.portions = new ArrayList<>(course.size());
            this.lossCharges = new ArrayList<>(zeros(charges));
        }

        @Nullable Fill fill() {
            for (int block = course.blockAt(position); ; block++) {
                for (Course.Toll toll : course.tolls(block, position, paid)) {
                    BigDecimal price = toll.amount().multiply(toll.factor());
                    if (left.compareTo(price) <= 0) {
                        return endingIn(toll);
                    }
                    left = left.subtract(price);
                    pay(toll.charge(), toll.amount());
                }
                BigDecimal end = course.end(block);
                if (end == null) {
                    return endingIn(block);
                }
                BigDecimal room = end.subtract(at);
                BigDecimal price = room.multiply(course.gross(block));
                if (left.compareTo(price) <= 0) {
                    return endingIn(block);
                }
                if (block + 1 == course.size()) {
                    return null;
                }
                left = left.subtract(price);
                at = end;
                cost = cost.add(room.multiply(course.price(block)));
                if (room.signum() > 0) {
                    portions.add(new Portion(block, room));
                }
            }
        }

        private void pay(int charge, BigDecimal amount) {
            if (charge < 0) {
                lossEnergy = lossEnergy.add(amount);
                cost = cost.add(amount);
            } else {
                lossCharges.set(charge, lossCharges.get(charge).add(amount));
            }
        }

        private Fill endingIn(int block) {
            portions.add(new Portion(block, BigDecimal.ZERO));
            BigDecimal price = course.gross(block);
            BigDecimal denominator = price.signum() > 0 ? price : BigDecimal.ONE;
            return ended(
                    denominator,
                    at.subtract(position).multiply(denominator).add(left),
                    cost.multiply(denominator).add(left.multiply(course.price(block))),
                    lossEnergy.multiply(denominator));
        }

        private Fill endingIn(Course.Toll toll) {
            BigDecimal denominator = toll.factor();
            BigDecimal energy = toll.charge() < 0 ? left : BigDecimal.ZERO;
            Fill fill = ended(
                    denominator,
                    at.subtract(position).multiply(denominator),
                    cost.multiply(denominator).add(energy),
                    lossEnergy.multiply(denominator).add(energy));
            if (toll.charge() >= 0) {
                fill.lossCharges.set(
                        toll.charge(), fill.lossCharges.get(toll.charge()).add(left));
            }
            return fill;
        }

        private Fill ended(BigDecimal denominator, BigDecimal units, BigDecimal energy, BigDecimal loss) {
            List<BigDecimal> charges = new ArrayList<>(lossCharges);
            charges.replaceAll(charge -> charge.multiply(denominator));
            return new Fill(portions, units, energy, loss, charges, denominator);
        }
    }
}
