package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.BigInteger;

/** An exact fraction in lowest terms with a positive denominator: what coefficients are prepared with. */
record Ratio(BigInteger numerator, BigInteger denominator) {
    static final Ratio ZERO = new Ratio(BigInteger.ZERO, BigInteger.ONE);
    static final Ratio ONE = new Ratio(BigInteger.ONE, BigInteger.ONE);

    Ratio {
        if (denominator.signum() <= 0) {
            throw new IllegalArgumentException("denominator " + denominator + " is not positive");
        }
        BigInteger common = numerator.gcd(denominator);
        numerator = numerator.divide(common);
        denominator = denominator.divide(common);
    }

    static Ratio of(BigDecimal value) {
        return value.scale() <= 0
                ? new Ratio(value.toBigIntegerExact(), BigInteger.ONE)
                : new Ratio(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
    }

    /** A percentage as a part of one. */
    static Ratio ofPercent(BigDecimal percent) {
        return of(percent.movePointLeft(2));
    }

    Ratio plus(Ratio other) {
        return new Ratio(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    Ratio minus(Ratio other) {
        return plus(other.negated());
    }

    Ratio times(Ratio other) {
        return new Ratio(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    /** The quotient by a positive ratio. */
    Ratio over(Ratio positive) {
        return new Ratio(numerator.multiply(positive.denominator), denominator.multiply(positive.numerator));
    }

    Ratio negated() {
        return new Ratio(numerator.negate(), denominator);
    }

    int signum() {
        return numerator.signum();
    }

    /** This times a whole number that every denominator divides. */
    BigDecimal times(BigInteger common) {
        return new BigDecimal(numerator.multiply(common).divide(denominator));
    }
}
