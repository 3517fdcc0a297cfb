package org.metermint.secure;

import org.jspecify.annotations.Nullable;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.TokenIdentifier;

/**
 * Asks for one credit token in currency: class 0, subclass 4..7.
 *
 * @param type what is credited; one of the currency types
 * @param tid frozen by the caller's reservation, counted from the base date of the vending key and never the reserved
 *     minute; null leaves it to the module: the minute of its clock, or the next one that the meter has free
 */
public record IssueCurrencyCredit(
        MessageId messageId,
        MeterKeyState meter,
        CreditType type,
        CurrencyAmount amount,
        @Nullable TokenIdentifier tid) implements IssueRequest {
    public IssueCurrencyCredit {
        if (!type.isCurrency()) {
            throw new IllegalArgumentException(
                    "credit type " + type + " is not a currency type; it belongs to IssueCredit");
        }
    }
}
