package org.metermint.app.token;

import java.util.Optional;
import org.metermint.app.CommandFailure;
import org.metermint.token.MalformedToken;
import org.metermint.token.Token;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenNumber;
import org.metermint.token.UnknownToken;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.decode.Rejection;
import org.metermint.token.key.DecoderKey;

/**
 * What 20 digits turn out to be under a key, or without one.
 *
 * @param number the 66 bits
 * @param tokenClass the class, which needs no key
 * @param block the block in clear, if it could be had
 * @param token what an authentic block says
 * @param rejection what every meter with this key answers, if it refuses
 */
record Reading(
        TokenNumber number,
        TokenClass tokenClass,
        Optional<Long> block,
        Optional<Token> token,
        Optional<Rejection> rejection) {

    /** The 66 bits of digits as people type them. */
    static TokenNumber number(String digits) {
        try {
            return TokenNumber.parse(digits);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    e.getMessage() + " (a meter answers FormatError)",
                    "A token is 20 digits, whatever spaces, dashes or dots stand between them.",
                    e);
        }
    }

    /** Reads a token with the key of a meter, which classes 1 and 3 do not need. */
    static Reading of(TokenNumber number, KeyOptions keys) {
        TokenClass tokenClass = TokenFrame.tokenClass(number);
        if (tokenClass == TokenClass.RESERVED) {
            return refused(number, tokenClass, Optional.empty(), Rejection.FUNCTION_ERROR);
        }
        if (!tokenClass.isEncrypted()) {
            return inClear(number, tokenClass, TokenFrame.extractBlock(number), 128);
        }
        if (!keys.areGiven()) {
            return new Reading(number, tokenClass, Optional.empty(), Optional.empty(), Optional.empty());
        }
        DecoderKey key = keys.key();
        BlockCipher cipher = keys.cipher(key);
        long block = cipher.decrypt(TokenFrame.extractBlock(number));
        return inClear(number, tokenClass, block, key.algorithm().keyBits());
    }

    private static Reading inClear(TokenNumber number, TokenClass tokenClass, long block, int keyBits) {
        if (!TokenFrame.isAuthentic(tokenClass, block)) {
            return refused(number, tokenClass, Optional.of(block), Rejection.CRC_ERROR);
        }
        Token token = TokenFrame.read(tokenClass, block, keyBits);
        Optional<Rejection> rejection = switch (token) {
            case UnknownToken t -> Optional.of(Rejection.FUNCTION_ERROR);
            case MalformedToken t -> Optional.of(Rejection.RANGE_ERROR);
            default -> Optional.empty();
        };
        return new Reading(number, tokenClass, Optional.of(block), Optional.of(token), rejection);
    }

    private static Reading refused(
            TokenNumber number, TokenClass tokenClass, Optional<Long> block, Rejection rejection) {
        return new Reading(number, tokenClass, block, Optional.empty(), Optional.of(rejection));
    }
}
