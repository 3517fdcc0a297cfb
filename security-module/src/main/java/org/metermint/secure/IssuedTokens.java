package org.metermint.secure;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.metermint.token.BaseDate;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;

/**
 * The result that a message id stands for, for ever the same.
 *
 * @param tokens in the order in which a customer enters them
 * @param issuedAt when they were first issued, to the millisecond, by the clock of the module
 * @param testOnly whether a vending key behind them is a public test key; such tokens must be labelled TEST ONLY
 *     wherever they show
 * @param counter the place of this result in the module's record of everything it did, which only rises; 0 from a
 *     module that does not tell
 * @param key what the tokens were encrypted under, and null for meter test tokens, which are not encrypted
 */
public record IssuedTokens(
        MessageId messageId,
        List<TokenNumber> tokens,
        Instant issuedAt,
        boolean testOnly,
        long counter,
        @Nullable IssuingKey key) {

    /**
     * The vending key behind encrypted tokens.
     *
     * @param baseDate from which the identifier counts; of a key change, the base date of the new key
     * @param tid the identifier in the token, and null for a key change, which has none
     * @param checkValue six hexadecimal digits that tell the key; of a key change, those of the old one
     */
    public record IssuingKey(BaseDate baseDate, @Nullable TokenIdentifier tid, String checkValue) {}

    public IssuedTokens {
        tokens = List.copyOf(tokens);
    }

    /** Leaves the digits out: a token in a log is money in a log. */
    @Override
    public String toString() {
        return "IssuedTokens[messageId=" + messageId + ", counter=" + counter + ", tokens=" + tokens.size()
                + ", issuedAt=" + issuedAt + (testOnly ? ", TEST ONLY]" : "]");
    }
}
