package org.metermint.token.decode;

import java.util.Optional;
import org.metermint.token.KnownToken;

/**
 * What the meter behind the decoder can do. It is asked when a token is authentic and valid, before anything is stored,
 * and must not change anything itself.
 */
@FunctionalInterface
public interface TokenExecution {
    /** A meter that can do everything that the standard defines. */
    TokenExecution EVERYTHING = token -> Optional.empty();

    /**
     * Why the meter cannot act on a token: {@link Rejection#OVERFLOW_ERROR}, {@link Rejection#RANGE_ERROR},
     * {@link Rejection#FUNCTION_ERROR} or {@link Rejection#FORMAT_ERROR}; empty if it can.
     */
    Optional<Rejection> refusalOf(KnownToken token);
}
