package org.metermint.tariff;

import java.util.Objects;

/** What a customer asks for: energy for an amount of money, or an amount of energy. Bounds are the tariff's matter. */
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
}
