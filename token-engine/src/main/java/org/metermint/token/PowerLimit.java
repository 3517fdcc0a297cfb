package org.metermint.token;

/**
 * A power in watts on a management token: the maximum power limit, or the maximum unbalance between phases. It is coded
 * like a credit amount, in steps of one watt, and rounds up (IEC 62055-41, MPL and MPPUL).
 *
 * @param watts 0..{@value #MAX_WATTS}
 */
public record PowerLimit(long watts) {
    /** The largest limit that one token can carry. */
    public static final long MAX_WATTS = AmountCode.MAX_STEPS;

    public PowerLimit {
        AmountCode.requireCodable("power limit", "watts", watts);
    }

    /**
     * The limit that a 16-bit code means.
     *
     * @throws IllegalArgumentException if the code is outside 0..65535
     */
    public static PowerLimit ofBits(long bits) {
        return new PowerLimit(AmountCode.steps(Layout.requireBits("power limit code", 16, bits)));
    }

    /** The 16-bit code of the smallest limit on a token that is not below this one. */
    public long toBits() {
        return AmountCode.roundedUp(watts);
    }

    @Override
    public String toString() {
        return watts + " W";
    }
}
