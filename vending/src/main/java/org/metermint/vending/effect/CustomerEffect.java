package org.metermint.vending.effect;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalInt;

/**
 * What other prices would have meant for one account. Money sales pay the same and get other credit, sales by units get
 * the same and pay otherwise.
 *
 * @param account number of the account
 * @param sales that both prices sell
 * @param tender what its money sales paid, in minor units
 * @param creditBefore what they got for it: tenths of the unit; minor units for meters that take money
 * @param creditAfter what they would have got
 * @param costBefore what its sales by units paid, in minor units
 * @param costAfter what they would have paid
 * @param refused sales that the other prices would not have sold; they are in no other figure
 */
public record CustomerEffect(
        String account,
        long sales,
        long tender,
        long creditBefore,
        long creditAfter,
        long costBefore,
        long costAfter,
        long refused) {
    private static final BigDecimal HUNDREDTHS = BigDecimal.valueOf(10_000);

    /** The change in credit for the same money in hundredths of a percent, half up; nothing if no money sale is left. */
    public OptionalInt hundredths() {
        return creditBefore == 0 ? OptionalInt.empty() : OptionalInt.of(hundredths(creditBefore, creditAfter));
    }

    /** A change in hundredths of a percent of what was, half up, at most two billion. */
    public static int hundredths(long before, long after) {
        return BigDecimal.valueOf(after)
                .subtract(BigDecimal.valueOf(before))
                .multiply(HUNDREDTHS)
                .divide(BigDecimal.valueOf(before), 0, RoundingMode.HALF_UP)
                .min(BigDecimal.valueOf(Integer.MAX_VALUE))
                .intValueExact();
    }
}
