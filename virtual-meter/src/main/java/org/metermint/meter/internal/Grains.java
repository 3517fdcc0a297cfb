package org.metermint.meter.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Whole numbers of grains as decimal units, for people. */
public final class Grains {
    private static final int DECIMALS = 3;

    private Grains() {}

    /** The grains that units stand for; refuses what is negative, finer than a grain, or beyond 63 bits. */
    public static long exact(BigDecimal units, long grainsPerUnit, String unit) {
        if (units.signum() < 0) {
            throw new IllegalArgumentException(units + " " + unit + " is negative");
        }
        try {
            return units.multiply(BigDecimal.valueOf(grainsPerUnit)).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    units + " " + unit + " is more than a meter can count, or finer than 1/" + grainsPerUnit + " "
                            + unit,
                    e);
        }
    }

    /** Units with so many decimals, rounded down. */
    public static BigDecimal units(long grains, long grainsPerUnit, int decimals) {
        return BigDecimal.valueOf(grains).divide(BigDecimal.valueOf(grainsPerUnit), decimals, RoundingMode.FLOOR);
    }

    /** Units with one to three decimals, rounded down. */
    public static String text(long grains, long grainsPerUnit) {
        BigDecimal units = units(grains, grainsPerUnit, DECIMALS).stripTrailingZeros();
        return (units.scale() < 1 ? units.setScale(1) : units).toPlainString();
    }
}
