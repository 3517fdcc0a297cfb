package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.SECRET;

/**
 * A session.
 *
 * @param accessToken proves the session in every call; opaque
 */
public record SignInResult(Secret accessToken) {
    /** The table of the structure. */
    public static final Struct<SignInResult> STRUCT =
            Struct.of(SignInResult.class, required(1, "accessToken", SECRET, SignInResult::accessToken));
}
