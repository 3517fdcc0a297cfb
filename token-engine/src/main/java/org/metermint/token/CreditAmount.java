package org.metermint.token;

/**
 * Credit on a class 0 token, in tenths of the utility's unit (0.1 kWh, 0.1 m3, 0.1 minute). The token carries a 16-bit
 * code whose steps grow with the amount (IEC 62055-41, Amount); a value between two steps rounds up, so that a customer
 * never receives less than was paid for.
 *
 * @param tenths 0..{@value #MAX_TENTHS}
 */
public record CreditAmount(long tenths) {
    /** The largest credit that one token can carry: 1,820,162.4 units. */
    public static final long MAX_TENTHS = AmountCode.MAX_STEPS;

    public CreditAmount {
        AmountCode.requireCodable("credit", "tenths", tenths);
    }

    /**
     * The amount that a 16-bit code means.
     *
     * @throws IllegalArgumentException if the code is outside 0..65535
     */
    public static CreditAmount ofBits(long bits) {
        return new CreditAmount(AmountCode.steps(Layout.requireBits("Amount", 16, bits)));
    }

    /** The 16-bit code of the smallest amount on a token that is not below this one. */
    public long toBits() {
        return AmountCode.roundedUp(tenths);
    }

    /** The amount that the meter will read: this one rounded up to a step of the code. */
    public CreditAmount onToken() {
        return ofBits(toBits());
    }

    /** Units with one decimal, as {@code 25.6}. */
    @Override
    public String toString() {
        return tenths / 10 + "." + tenths % 10;
    }
}
