package org.metermint.secure.network.wire;

import java.util.Arrays;
import java.util.Optional;

/** What verifyToken found: the values of {@code VerifyResult.validationResult}. */
public enum Validation {
    /** The token is good under the meter's key. */
    OK("EVerify.Ok"),
    /** The CRC is wrong: mistyped, or made for another meter or key. */
    CRC("EVerify.Crc"),
    /** Credit under a default key, which no meter takes. */
    DDTK_CREDIT("EVerify.DdtkCredit"),
    /** The token identifier lies behind the vending key's expiry number. */
    KEY_EXPIRED("EVerify.KeyExpired");

    private final String code;

    Validation(String code) {
        this.code = code;
    }

    /** The code of the wire. */
    public String code() {
        return code;
    }

    /** The result that a peer sent; nothing for codes that only newer peers know. */
    public static Optional<Validation> of(String code) {
        return Arrays.stream(values()).filter(value -> value.code.equals(code)).findFirst();
    }
}
