package org.metermint.channel.rest;

import java.math.BigDecimal;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;

/** A utility's currency: turns minor units into the decimal strings of this interface, and back. */
record Currency(String code, int digits) {
    static Currency of(Utilities utilities, UtilityId utility) {
        UtilitySettings settings = utilities.get(utility).settings();
        return new Currency(settings.currency(), settings.minorDigits());
    }

    String decimal(long minor) {
        return BigDecimal.valueOf(minor, digits).toPlainString();
    }

    long minor(String field, String text) {
        return Fields.minorUnits(field, text, digits);
    }
}
