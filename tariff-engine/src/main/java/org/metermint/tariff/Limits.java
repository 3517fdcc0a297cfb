package org.metermint.tariff;

/**
 * What one purchase may cost and bring.
 *
 * <p>The least energy guards the rounding in the customer's favour: with zero, a payment of one minor unit buys a
 * whole step of a tenth.
 *
 * @param minTender least payment in minor units, at least 1
 * @param maxTender greatest payment in minor units, at most 1,000,000,000,000,000
 * @param minTenths least energy a payment must pay for, in tenths of the unit
 * @param maxTenths most energy of one purchase, in tenths of the unit; at most {@value #TOKEN_MAX_TENTHS}
 */
public record Limits(long minTender, long maxTender, long minTenths, long maxTenths) {
    /** The greatest payment a tariff can allow, in minor units. */
    public static final long MAX_TENDER = 1_000_000_000_000_000L;

    /** The greatest credit of one token, in tenths (IEC 62055-41, Amount). */
    public static final long TOKEN_MAX_TENTHS = 18_201_624;

    /** Every payment that buys at least one tenth and fits one token. */
    public static final Limits STANDARD = new Limits(1, MAX_TENDER, 1, TOKEN_MAX_TENTHS);

    public Limits {
        Checks.inRange("maxTender", maxTender, 1, MAX_TENDER);
        Checks.inRange("minTender", minTender, 1, maxTender);
        Checks.inRange("maxTenths", maxTenths, 1, TOKEN_MAX_TENTHS);
        Checks.inRange("minTenths", minTenths, 0, maxTenths);
    }
}
