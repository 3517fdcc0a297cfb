package org.metermint.token;

/** What a class 0 token is credit for; its subclass (IEC 62055-41, TransferCredit). */
public enum CreditType {
    /** Electricity in steps of 0.1 kWh. */
    ELECTRICITY(0, "kWh"),
    /** Water in steps of 0.1 m3. */
    WATER(1, "m3"),
    /** Gas in steps of 0.1 m3. */
    GAS(2, "m3"),
    /** Time in steps of 0.1 minute. */
    TIME(3, "min"),
    /** Electricity in steps of 10^-5 of the base currency unit. */
    ELECTRICITY_CURRENCY(4, "currency units"),
    /** Water in steps of 10^-5 of the base currency unit. */
    WATER_CURRENCY(5, "currency units"),
    /** Gas in steps of 10^-5 of the base currency unit. */
    GAS_CURRENCY(6, "currency units"),
    /** Time in steps of 10^-5 of the base currency unit. */
    TIME_CURRENCY(7, "currency units");

    private static final CreditType[] VALUES = values();

    private final int subclass;
    private final String unit;

    CreditType(int subclass, String unit) {
        this.subclass = subclass;
        this.unit = unit;
    }

    /**
     * The credit of a subclass of class 0.
     *
     * @throws IllegalArgumentException if the subclass is outside 0..7
     */
    public static CreditType ofSubclass(int subclass) {
        return VALUES[Digits.checkRange("credit subclass", subclass, 0, 7)];
    }

    static CreditType ofBits(long subclass) {
        return ofSubclass((int) subclass);
    }

    /** The subclass, 0..7. */
    public int subclass() {
        return subclass;
    }

    /** Whether the amount is money rather than units. */
    public boolean isCurrency() {
        return subclass >= 4;
    }

    /** The unit in which people count the credit. */
    public String unit() {
        return unit;
    }
}
