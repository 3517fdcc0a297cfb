package org.metermint.vending.money;

import java.math.BigDecimal;

/**
 * An amount of money.
 *
 * @param minor whole minor units; negative for money given back
 * @param digits decimals of the minor unit, 0 to 4
 * @param currency three letters as in ISO 4217
 */
public record Money(long minor, int digits, String currency) {
    public Money {
        if (digits < 0 || digits > 4) {
            throw new IllegalArgumentException("minor digits " + digits + " are outside 0..4");
        }
    }

    /** The amount in major units, with all its decimals: 100.00. */
    public BigDecimal major() {
        return BigDecimal.valueOf(minor, digits);
    }

    /** The amount in major units as receipts and interfaces write it: "100.00". */
    public String decimal() {
        return major().toPlainString();
    }

    /** Amount and currency: "100.00 ZAR". */
    @Override
    public String toString() {
        return decimal() + " " + currency;
    }
}
