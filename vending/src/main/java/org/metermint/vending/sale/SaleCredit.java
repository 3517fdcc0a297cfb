package org.metermint.vending.sale;

import java.math.BigDecimal;
import org.metermint.tariff.Tariff;
import org.metermint.token.CreditType;

/**
 * What a credit token carries.
 *
 * @param type what is credited, and whether in units or in money
 * @param steps tenths of a unit, or steps of 10^-5 of the currency, as {@code type} says; 0 for a sale without a credit token
 */
public record SaleCredit(CreditType type, long steps) {
    private static final int UNIT_DECIMALS = 1;
    private static final int CURRENCY_DECIMALS = 5;

    public SaleCredit {
        if (steps < 0) {
            throw new IllegalArgumentException("credit of " + steps + " steps is below 0");
        }
    }

    /** The credit in whole units or in major units of the currency. */
    public BigDecimal amount() {
        return BigDecimal.valueOf(steps, type.isCurrency() ? CURRENCY_DECIMALS : UNIT_DECIMALS);
    }

    /** What {@link #amount} counts: what the tariff sells, or its currency. */
    public String unit(Tariff tariff) {
        return type.isCurrency() ? tariff.currency() : tariff.unit();
    }
}
