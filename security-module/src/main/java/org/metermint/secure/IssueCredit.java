package org.metermint.secure;

import org.jspecify.annotations.Nullable;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.TokenIdentifier;

/**
 * Asks for one credit token in units: class 0, subclass 0..3.
 *
 * @param type what is credited; a currency type belongs to {@link IssueCurrencyCredit}
 * @param tid frozen by the caller's reservation, counted from the base date of the vending key and never the reserved
 *     minute; null leaves it to the module: the minute of its clock, or the next one that the meter has free
 */
public record IssueCredit(
        MessageId messageId,
        MeterKeyState meter,
        CreditType type,
        CreditAmount amount,
        @Nullable TokenIdentifier tid) implements IssueRequest {
    public IssueCredit {
        if (type.isCurrency()) {
            throw new IllegalArgumentException(
                    "credit type " + type + " is not a type counted in units; it belongs to IssueCurrencyCredit");
        }
    }
}
