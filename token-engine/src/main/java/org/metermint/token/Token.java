package org.metermint.token;

/**
 * What an authentic token says. Switch over it with patterns: a kind that the standard defines is a
 * {@link KnownToken}; a subclass that it reserves or leaves to makers, and a field that means nothing, are values too,
 * not exceptions, because a token may carry them and a meter must answer.
 */
public sealed interface Token permits KnownToken, UnknownToken, MalformedToken {
    /** The class, which decides whether the token is encrypted. */
    TokenClass tokenClass();

    /** The subclass, 0..15: which kind of its class the token is. */
    int subclass();
}
