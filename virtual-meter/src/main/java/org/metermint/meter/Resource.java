package org.metermint.meter;

import org.metermint.token.CreditType;

/**
 * What a meter measures. It is counted in grains, the smallest amounts that a meter tells apart, so that every sum is a
 * sum of whole numbers.
 */
public enum Resource {
    /** Energy; a grain is a thousandth of a watt-second. */
    ELECTRICITY("kWh", 3_600_000_000L),
    /** A volume; a grain is a millionth of a litre. */
    WATER("m3", 1_000_000_000L),
    /** A volume; a grain is a millionth of a litre. */
    GAS("m3", 1_000_000_000L),
    /** Time; a grain is a millisecond. */
    TIME("min", 60_000L);

    private static final Resource[] VALUES = values();

    private final String unit;
    private final long grainsPerUnit;

    Resource(String unit, long grainsPerUnit) {
        this.unit = unit;
        this.grainsPerUnit = grainsPerUnit;
    }

    /** What credit of a type is for, whether it counts units or money. */
    public static Resource of(CreditType type) {
        return VALUES[type.subclass() % VALUES.length];
    }

    /** The unit in which people count it. */
    public String unit() {
        return unit;
    }

    /** How many grains make one unit; a multiple of ten, so that a tenth of a unit is whole. */
    public long grainsPerUnit() {
        return grainsPerUnit;
    }
}
