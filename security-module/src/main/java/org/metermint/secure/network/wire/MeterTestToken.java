package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.I16;
import static org.metermint.secure.network.wire.WireType.I64;
import static org.metermint.secure.network.wire.WireType.STRING;

/**
 * A token of class 1, which every meter of a manufacturer takes; it is not encrypted.
 *
 * @param drn a meter number that stands for no meter
 * @param pan its PAN, 18 digits
 * @param tokenClass 1
 * @param subclass 0 for 2-digit, 1 for 4-digit manufacturer codes, 2 for an extended read
 * @param control one bit for each test; 36 bits, or 28 for subclass 1
 * @param mfrcode manufacturer code; 0 for all
 * @param description the token's kind
 * @param tokenDec 20 digits
 * @param tokenHex the same 66 bits as 17 hexadecimal digits
 */
public record MeterTestToken(
        String drn,
        String pan,
        int tokenClass,
        int subclass,
        long control,
        int mfrcode,
        String description,
        String tokenDec,
        String tokenHex) {
    /** The table of the structure. */
    public static final Struct<MeterTestToken> STRUCT = Struct.of(
            MeterTestToken.class,
            required(1, "drn", STRING, MeterTestToken::drn),
            required(2, "pan", STRING, MeterTestToken::pan),
            required(10, "tokenClass", I16, MeterTestToken::tokenClass),
            required(11, "subclass", I16, MeterTestToken::subclass),
            required(12, "control", I64, MeterTestToken::control),
            required(13, "mfrcode", I16, MeterTestToken::mfrcode),
            required(20, "description", STRING, MeterTestToken::description),
            required(30, "tokenDec", STRING, MeterTestToken::tokenDec),
            required(31, "tokenHex", STRING, MeterTestToken::tokenHex));

    /** Leaves the digits out, as of every token. */
    @Override
    public String toString() {
        return "MeterTestToken[" + description + ", subclass=" + subclass + ", mfrcode=" + mfrcode + "]";
    }
}
