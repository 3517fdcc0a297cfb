package org.metermint.meter;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.metermint.meter.internal.Grains;

/**
 * An amount of what a meter measures, exact.
 *
 * @param resource what is measured
 * @param grains in the smallest amounts of the resource; not negative
 */
public record Quantity(Resource resource, long grains) {
    public Quantity {
        if (grains < 0) {
            throw new IllegalArgumentException("quantity of " + grains + " grains is negative");
        }
    }

    /**
     * An amount in units, as {@code 1.5} kWh.
     *
     * @throws IllegalArgumentException if it is negative, finer than the resource's grain, or more than 63 bits of them
     */
    public static Quantity ofUnits(Resource resource, BigDecimal units) {
        return new Quantity(resource, Grains.exact(units, resource.grainsPerUnit(), resource.unit()));
    }

    /**
     * Energy in watt-hours.
     *
     * @throws IllegalArgumentException if they are negative or more than 63 bits of grains
     */
    public static Quantity ofWattHours(long wattHours) {
        return ofUnits(Resource.ELECTRICITY, BigDecimal.valueOf(wattHours, 3));
    }

    /**
     * The energy that a power takes in a time.
     *
     * @param watts not negative
     * @param duration in whole milliseconds
     * @throws IllegalArgumentException if one is negative, the duration is finer than a millisecond, or the energy is more
     *     than 63 bits of grains
     */
    public static Quantity of(long watts, Duration duration) {
        if (watts < 0) {
            throw new IllegalArgumentException("power of " + watts + " W is negative");
        }
        long millis = ofDuration(duration).grains;
        try {
            return new Quantity(Resource.ELECTRICITY, Math.multiplyExact(watts, millis));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(watts + " W for " + duration + " is more than a meter can count", e);
        }
    }

    /**
     * Time, for a meter that sells time.
     *
     * @throws IllegalArgumentException if it is negative, finer than a millisecond, or more than 63 bits of them
     */
    public static Quantity ofDuration(Duration duration) {
        if (duration.isNegative() || !duration.truncatedTo(ChronoUnit.MILLIS).equals(duration)) {
            throw new IllegalArgumentException(
                    "duration " + duration + " is negative or finer than a millisecond; give whole milliseconds");
        }
        try {
            return new Quantity(Resource.TIME, duration.toMillis());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("duration " + duration + " is more than a meter can count", e);
        }
    }

    /** The amount in units with so many decimals; what is finer is cut off. */
    public BigDecimal units(int decimals) {
        return Grains.units(grains, resource.grainsPerUnit(), decimals);
    }

    /** The amount in units, cut off after three decimals, as {@code 1.5 kWh}. */
    @Override
    public String toString() {
        return Grains.text(grains, resource.grainsPerUnit()) + " " + resource.unit();
    }
}
