package org.metermint.meter;

import java.math.BigDecimal;
import org.metermint.meter.internal.Grains;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;

/**
 * Credit in a meter, exact. A meter of units counts it in grains of its {@link Resource}, one of currency in steps of
 * 10^-5 of the currency unit, as the tokens do.
 *
 * @param type the type of the meter's tokens
 * @param grains the credit in its smallest amounts; below zero where credit was taken back after it had been used, or
 *     where the meter runs on after payment
 */
public record Credit(CreditType type, long grains) {
    private static final long STEPS_PER_CURRENCY_UNIT = 100_000;

    /**
     * Credit in units, as {@code 25.6} kWh, or in currency units.
     *
     * @throws IllegalArgumentException if it is negative, finer than a grain, or more than 63 bits of them
     */
    public static Credit ofUnits(CreditType type, BigDecimal units) {
        return new Credit(type, Grains.exact(units, grainsPerUnit(type), type.unit()));
    }

    /** The credit that a token of units carries. */
    public static Credit of(CreditType type, CreditAmount amount) {
        return new Credit(type, amount.tenths() * (grainsPerUnit(type) / 10));
    }

    /** How many grains make one unit of a type of credit. */
    static long grainsPerUnit(CreditType type) {
        return type.isCurrency() ? STEPS_PER_CURRENCY_UNIT : Resource.of(type).grainsPerUnit();
    }

    /** The credit in units with so many decimals, rounded down. */
    public BigDecimal units(int decimals) {
        return Grains.units(grains, grainsPerUnit(type), decimals);
    }

    /** The credit in units, rounded down to three decimals, as {@code 25.6 kWh}. */
    @Override
    public String toString() {
        return Grains.text(grains, grainsPerUnit(type)) + " " + type.unit();
    }
}
