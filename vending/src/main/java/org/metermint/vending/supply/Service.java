package org.metermint.vending.supply;

/** What a supply group delivers. */
public enum Service {
    ELECTRICITY("kWh"),
    WATER("m3"),
    GAS("m3"),
    TIME("min");

    private final String unit;

    Service(String unit) {
        this.unit = unit;
    }

    /** The unit, as tariffs and receipts name it. */
    public String unit() {
        return unit;
    }
}
