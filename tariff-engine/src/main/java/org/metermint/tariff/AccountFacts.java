package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What the register knows of an account and prices depend on; purchases do not change it.
 *
 * @param usageClass the class it was put into, 1 to 80 characters, if somebody did; otherwise its average use decides
 * @param averageUnits average use of a month, 0 to 1,000,000,000
 * @param kilowatts sanctioned load, 0 to 1,000,000,000
 * @param phases of the supply, 1 or 3
 * @param since the day it was opened: charges of earlier periods are not due; unknown if null, then those of the
 *     current period alone are
 */
public record AccountFacts(
        @Nullable String usageClass,
        BigDecimal averageUnits,
        BigDecimal kilowatts,
        int phases,
        @Nullable LocalDate since) {
    /** Nothing is known. */
    public static final AccountFacts NONE = new AccountFacts(null, BigDecimal.ZERO, BigDecimal.ZERO, 1, null);

    public AccountFacts {
        if (usageClass != null) {
            Checks.text("usageClass", usageClass, 80);
        }
        averageUnits = Checks.plain(
                Checks.decimal("averageUnits", averageUnits, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS));
        kilowatts = Checks.plain(
                Checks.decimal("kilowatts", kilowatts, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS));
        if (phases != 1 && phases != 3) {
            throw new IllegalArgumentException("phases " + phases + " are neither 1 nor 3");
        }
    }
}
