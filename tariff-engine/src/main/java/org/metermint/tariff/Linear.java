package org.metermint.tariff;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A linear function of what a purchase consists of: energy at its published price, units, the payment, the channel's
 * fee, debts, and each charge at its published amount, in this order.
 */
final class Linear {
    static final int ENERGY = 0;
    static final int UNITS = 1;
    static final int PAYMENT = 2;
    static final int FEE = 3;
    static final int DEBTS = 4;
    static final int CHARGES = 5;

    private final Ratio[] of;

    Linear(Ratio[] of) {
        this.of = of;
    }

    /** The coefficient of a source. */
    Ratio of(int source) {
        return of[source];
    }

    int size() {
        return of.length;
    }

    static Linear zero(int charges) {
        Ratio[] of = new Ratio[CHARGES + charges];
        Arrays.fill(of, Ratio.ZERO);
        return new Linear(of);
    }

    /** One source alone. */
    static Linear unit(int charges, int source) {
        Linear unit = zero(charges);
        unit.of[source] = Ratio.ONE;
        return unit;
    }

    Linear plus(Linear other) {
        Ratio[] sum = of.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = sum[i].plus(other.of[i]);
        }
        return new Linear(sum);
    }

    Linear times(Ratio factor) {
        Ratio[] product = of.clone();
        for (int i = 0; i < product.length; i++) {
            product[i] = product[i].times(factor);
        }
        return new Linear(product);
    }

    /** The source that this is made of, if there is just one; otherwise -1. */
    int onlySource() {
        int only = -1;
        for (int i = 0; i < of.length; i++) {
            if (of[i].signum() != 0) {
                if (only >= 0) {
                    return -1;
                }
                only = i;
            }
        }
        return only;
    }

    BigInteger commonDenominator(BigInteger sofar) {
        BigInteger common = sofar;
        for (Ratio ratio : of) {
            common = common.divide(common.gcd(ratio.denominator())).multiply(ratio.denominator());
        }
        return common;
    }
}
