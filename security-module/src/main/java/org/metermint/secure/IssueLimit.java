package org.metermint.secure;

import org.jspecify.annotations.Nullable;
import org.metermint.token.SupplyGroupCode;

/**
 * How much may be issued of one kind of token. Amounts count tenths of the unit for {@link TokenKind#CREDIT} and steps
 * of 0.00001 currency units for {@link TokenKind#CURRENCY_CREDIT}; the other kinds have none.
 *
 * @param supplyGroup whose meters it is about; null is every supply group without a limit of its own for the kind
 * @param largestAmount of one token; {@link #UNLIMITED} for no bound
 * @param amountPerPeriod of all tokens of the kind for the supply group within a period; {@link #UNLIMITED} for no bound
 * @param countPerPeriod of tokens of the kind for the supply group within a period; {@link #UNLIMITED} for no bound
 */
public record IssueLimit(
        @Nullable SupplyGroupCode supplyGroup,
        TokenKind kind,
        long largestAmount,
        LimitPeriod period,
        long amountPerPeriod,
        long countPerPeriod) {
    /** No bound. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    public IssueLimit {
        requireBound("largest amount", largestAmount);
        requireBound("amount per period", amountPerPeriod);
        requireBound("count per period", countPerPeriod);
        boolean amounts = kind == TokenKind.CREDIT || kind == TokenKind.CURRENCY_CREDIT;
        if (!amounts && (largestAmount != UNLIMITED || amountPerPeriod != UNLIMITED)) {
            throw new IllegalArgumentException("tokens of kind " + kind + " carry no amount; limit their count");
        }
        if (kind == TokenKind.METER_TEST && supplyGroup != null) {
            throw new IllegalArgumentException("meter test tokens belong to no supply group; limit them for all");
        }
    }

    private static void requireBound(String what, long bound) {
        if (bound < 0) {
            throw new IllegalArgumentException(what + " of " + bound + " is below 0");
        }
    }
}
