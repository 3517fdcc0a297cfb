package org.metermint.secure;

import org.jspecify.annotations.Nullable;
import org.metermint.token.Token;
import org.metermint.token.TokenClass;

/** What a module finds when it reads a token with the key of a meter. Reading uses nothing up. */
public sealed interface TokenVerification {
    /** Why a meter with that key would not take the token. In order of precedence. */
    enum Reason {
        /** Wrong key, wrong meter, or a wrong digit: the check sum does not fit. Nothing else is known. */
        CRC,
        /** Credit under a default key. */
        DDTK_CREDIT,
        /** The identifier lies past the expiry number of the key. */
        KEY_EXPIRED
    }

    /**
     * The token is authentic.
     *
     * @param token what it says; null for a section of a key change, which carries bits of a key
     */
    record Valid(
            TokenClass tokenClass, int subclass, @Nullable Token token) implements TokenVerification {}

    /** The token is not for this meter, or the meter would refuse it. */
    record Invalid(Reason reason) implements TokenVerification {}
}
