package org.metermint.app.vendor;

import java.math.BigDecimal;
import org.metermint.app.CommandFailure;
import org.metermint.vending.utility.Utility;

/** Amounts as people enter them. */
final class Amounts {
    private Amounts() {}

    /** An amount in major units, as minor units. */
    static long minor(Utility utility, String option, String text) {
        int digits = utility.settings().minorDigits();
        try {
            return new BigDecimal(text).movePointRight(digits).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new CommandFailure(
                    option + " '" + text + "' is no amount of "
                            + utility.settings().currency() + ", which has " + digits + " decimals",
                    "Enter an amount such as " + utility.money(100_000).decimal() + ".",
                    e);
        }
    }
}
