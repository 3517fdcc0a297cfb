package org.metermint.tariff;

import java.util.Objects;

/** What a customer asks for: energy for an amount of money, an amount of energy, or the units that are free. Bounds are the tariff's matter. */
public sealed interface Purchase {
    /**
     * Energy for this much money, levies and all.
     *
     * @param minorUnits the payment in minor units of the currency
     * @param currency the currency paid in
     */
    record Tender(long minorUnits, String currency) implements Purchase {
        public Tender {
            Objects.requireNonNull(currency, "currency");
        }
    }

    /**
     * This much energy, at its price.
     *
     * @param tenths tenths of the tariff's unit
     */
    record Units(long tenths) implements Purchase {}

    /**
     * This much energy for nothing, as somebody is entitled to it: no tariff, charge or debt touches it, and it moves the
     * month's position if the tariff {@linkplain Continuity.FreeUnits says so}.
     *
     * @param tenths tenths of the tariff's unit
     */
    record Free(long tenths) implements Purchase {}
}
