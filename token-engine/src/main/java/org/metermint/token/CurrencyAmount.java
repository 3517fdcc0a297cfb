package org.metermint.token;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Credit in money on a class 0 token, in steps of 10^-5 of the base currency unit; negative to take credit back. The
 * token carries a sign, a 5-bit decimal exponent and a 14-bit mantissa (IEC 62055-41, S&amp;E and Amount). A value
 * between two codes rounds to the one that favours the customer: up, which for a negative amount is towards zero.
 *
 * @param steps of 10^-5 currency units, in magnitude at most {@link #MAX_STEPS}
 */
public record CurrencyAmount(BigInteger steps) {
    /** The largest magnitude that one token can carry, about 1.8 * 10^30 currency units. */
    public static final BigInteger MAX_STEPS = new BigInteger("182034444444444444444444444444442624");

    private static final long NEGATIVE = 1L << 19;
    private static final int MAX_EXPONENT = 31;
    private static final int MAX_MANTISSA = 16_383;
    /** Up to this exponent every code fits a long, which is all that is ever sold in practice. */
    private static final int MAX_LONG_EXPONENT = 13;

    private static final BigInteger[] STEP = new BigInteger[MAX_EXPONENT + 1];
    private static final BigInteger[] OFFSET = new BigInteger[MAX_EXPONENT + 1];
    private static final long[] LONG_STEP = new long[MAX_LONG_EXPONENT + 1];
    private static final long[] LONG_OFFSET = new long[MAX_LONG_EXPONENT + 1];
    private static final long MAX_LONG_STEPS;

    static {
        BigInteger offset = BigInteger.ZERO;
        for (int e = 0; e <= MAX_EXPONENT; e++) {
            STEP[e] = BigInteger.TEN.pow(e);
            OFFSET[e] = offset;
            offset = offset.add(STEP[e].shiftLeft(14));
        }
        for (int e = 0; e <= MAX_LONG_EXPONENT; e++) {
            LONG_STEP[e] = STEP[e].longValueExact();
            LONG_OFFSET[e] = OFFSET[e].longValueExact();
        }
        MAX_LONG_STEPS = LONG_OFFSET[MAX_LONG_EXPONENT] + MAX_MANTISSA * LONG_STEP[MAX_LONG_EXPONENT];
    }

    public CurrencyAmount {
        if (steps.abs().compareTo(MAX_STEPS) > 0) {
            throw new IllegalArgumentException("currency amount of " + abbreviate(steps) + " steps of 10^-5 is beyond "
                    + MAX_STEPS + ", the largest that a token can carry");
        }
    }

    /** Whole steps of 10^-5 currency units. */
    public static CurrencyAmount ofSteps(long steps) {
        return new CurrencyAmount(BigInteger.valueOf(steps));
    }

    /**
     * The amount that a token's two fields mean. Minus zero, which no encoder writes, reads as zero.
     *
     * @param signAndExponent the four bits S&amp;E: the sign above the three upper bits of the exponent
     * @param amount the 16 bits of Amount: the two lower bits of the exponent above the mantissa
     * @throws IllegalArgumentException if one of them has more bits
     */
    public static CurrencyAmount ofBits(long signAndExponent, long amount) {
        Layout.requireBits("S&E", 4, signAndExponent);
        Layout.requireBits("Amount", 16, amount);
        int exponent = (int) (((signAndExponent & 7) << 2) | (amount >>> 14));
        BigInteger magnitude = STEP[exponent]
                .multiply(BigInteger.valueOf(amount & MAX_MANTISSA))
                .add(OFFSET[exponent]);
        return new CurrencyAmount(signAndExponent >= 8 ? magnitude.negate() : magnitude);
    }

    /** The four bits S&amp;E: the sign above the three upper bits of the exponent. */
    public long signAndExponent() {
        return toBits() >>> 16;
    }

    /** The 16 bits of Amount: the two lower bits of the exponent above the mantissa. */
    public long amountBits() {
        return toBits() & 0xFFFF;
    }

    /** S&amp;E and Amount as one number of 20 bits. */
    long toBits() {
        if (steps.bitLength() < 64) {
            long value = steps.longValue();
            if (value >= 0 && value <= MAX_LONG_STEPS) {
                return roundedUp(value);
            }
            if (value < 0 && value >= -MAX_LONG_STEPS) {
                return NEGATIVE | roundedDown(-value);
            }
        }
        return steps.signum() >= 0 ? roundedUp(steps) : NEGATIVE | roundedDown(steps.negate());
    }

    private static long roundedUp(long magnitude) {
        int e = 0;
        while (magnitude > LONG_OFFSET[e] + MAX_MANTISSA * LONG_STEP[e]) {
            e++;
        }
        return ((long) e << 14) | Math.ceilDiv(Math.max(0, magnitude - LONG_OFFSET[e]), LONG_STEP[e]);
    }

    private static long roundedDown(long magnitude) {
        int e = MAX_LONG_EXPONENT;
        while (LONG_OFFSET[e] > magnitude) {
            e--;
        }
        return ((long) e << 14) | Math.min(MAX_MANTISSA, (magnitude - LONG_OFFSET[e]) / LONG_STEP[e]);
    }

    private static long roundedUp(BigInteger magnitude) {
        int e = 0;
        while (magnitude.compareTo(
                        STEP[e].multiply(BigInteger.valueOf(MAX_MANTISSA)).add(OFFSET[e]))
                > 0) {
            e++;
        }
        BigInteger[] parts = magnitude.subtract(OFFSET[e]).max(BigInteger.ZERO).divideAndRemainder(STEP[e]);
        return ((long) e << 14) | (parts[0].longValue() + parts[1].signum());
    }

    private static long roundedDown(BigInteger magnitude) {
        int e = MAX_EXPONENT;
        while (OFFSET[e].compareTo(magnitude) > 0) {
            e--;
        }
        long mantissa = magnitude.subtract(OFFSET[e]).divide(STEP[e]).longValue();
        return ((long) e << 14) | Math.min(MAX_MANTISSA, mantissa);
    }

    private static String abbreviate(BigInteger value) {
        return value.bitLength() > 256 ? "more than 256 bits of" : value.toString();
    }

    /** The amount that the meter will read: this one rounded to a code in the customer's favour. */
    public CurrencyAmount onToken() {
        return ofBits(signAndExponent(), amountBits());
    }

    /** Currency units with five decimals, as {@code 1.00004}. */
    @Override
    public String toString() {
        return new BigDecimal(steps, 5).toPlainString();
    }
}
