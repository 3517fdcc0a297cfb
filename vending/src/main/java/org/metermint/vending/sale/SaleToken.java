package org.metermint.vending.sale;

import org.metermint.token.TokenNumber;

/**
 * A token of a sale, in the place in which the customer enters it.
 *
 * @param number place, from 1
 * @param of how many tokens the sale has
 */
public record SaleToken(int number, int of, Kind kind, TokenNumber token) {
    /** What a token is for, in the order in which a sale's tokens are entered. */
    public enum Kind {
        KEY_CHANGE,
        /** Units that the customer is entitled to without payment. */
        FREE,
        CREDIT
    }

    /** Leaves the digits out: a token in a log is money in a log. */
    @Override
    public String toString() {
        return "SaleToken[" + number + "/" + of + " " + kind + "]";
    }
}
