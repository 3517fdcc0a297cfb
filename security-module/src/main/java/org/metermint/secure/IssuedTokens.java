package org.metermint.secure;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.metermint.token.TokenNumber;

/**
 * The result that a message id stands for, for ever the same.
 *
 * @param tokens in the order in which a customer enters them
 * @param issuedAt when they were first issued, to the millisecond, by the clock of the module
 * @param testOnly whether a vending key behind them is a public test key; such tokens must be labelled TEST ONLY
 *     wherever they show
 */
public record IssuedTokens(UUID messageId, List<TokenNumber> tokens, Instant issuedAt, boolean testOnly) {
    public IssuedTokens {
        tokens = List.copyOf(tokens);
    }

    /** Leaves the digits out: a token in a log is money in a log. */
    @Override
    public String toString() {
        return "IssuedTokens[messageId=" + messageId + ", tokens=" + tokens.size() + ", issuedAt=" + issuedAt
                + (testOnly ? ", TEST ONLY]" : "]");
    }
}
