package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.optional;
import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.STRING;

import org.jspecify.annotations.Nullable;

/**
 * What a token says under a meter's key.
 *
 * @param validationResult one of {@link Validation}
 * @param token the token, if it is good and has class 0 or 2
 * @param meterTestToken the token, if it is good and has class 1
 */
public record VerifyResult(
        String validationResult,
        @Nullable Token token,
        @Nullable MeterTestToken meterTestToken) {
    /** The table of the structure. */
    public static final Struct<VerifyResult> STRUCT = Struct.of(
            VerifyResult.class,
            required(1, "validationResult", STRING, VerifyResult::validationResult),
            optional(2, "token", Token.STRUCT, VerifyResult::token),
            optional(3, "meterTestToken", MeterTestToken.STRUCT, VerifyResult::meterTestToken));
}
