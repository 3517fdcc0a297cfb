package org.metermint.token;

/**
 * The 16-bit form of an amount: a 2-bit decimal exponent e and a 14-bit mantissa m that mean
 * {@code m * 10^e + offset(e)} steps, where each exponent begins just where the one before it ends (IEC 62055-41,
 * Amount). Credit in units and power limits are written in it.
 */
final class AmountCode {
    /** The largest number of steps that the code can hold. */
    static final long MAX_STEPS = 18_201_624;

    private static final long MAX_MANTISSA = 16_383;
    private static final long[] STEP = {1, 10, 100, 1_000};
    private static final long[] OFFSET = {0, 16_384, 180_224, 1_818_624};

    private AmountCode() {}

    /** The code of the smallest amount that is not below the given steps, 0..{@link #MAX_STEPS}. */
    static long roundedUp(long steps) {
        int exponent = 0;
        while (steps > OFFSET[exponent] + MAX_MANTISSA * STEP[exponent]) {
            exponent++;
        }
        return ((long) exponent << 14) | Math.ceilDiv(Math.max(0, steps - OFFSET[exponent]), STEP[exponent]);
    }

    /** The steps that a code means; every 16-bit code means something. */
    static long steps(long code) {
        int exponent = (int) (code >>> 14);
        return (code & MAX_MANTISSA) * STEP[exponent] + OFFSET[exponent];
    }

    static long requireCodable(String field, String unit, long steps) {
        if (steps < 0 || steps > MAX_STEPS) {
            throw new IllegalArgumentException(field + " of " + steps + " " + unit + " is outside 0.." + MAX_STEPS);
        }
        return steps;
    }
}
