package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.optional;
import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.BOOL;
import static org.metermint.secure.network.wire.WireType.DOUBLE;
import static org.metermint.secure.network.wire.WireType.I16;
import static org.metermint.secure.network.wire.WireType.I32;
import static org.metermint.secure.network.wire.WireType.STRING;

import org.jspecify.annotations.Nullable;

/**
 * A token of class 0 or 2 with everything that a receipt needs.
 *
 * @param drn meter number
 * @param pan meter PAN, 18 digits
 * @param ea encryption algorithm
 * @param tct token carrier type
 * @param sgc supply group code of the key that the token is encrypted under
 * @param krn its key revision number
 * @param ti its tariff index
 * @param tokenClass 0 or 2
 * @param subclass 0..15
 * @param tid token identifier; 0 on a key change token, which has none
 * @param transferAmount what the token carries after rounding, in the units of {@code stsUnitName}
 * @param isReservedTid whether the identifier is the reserved minute
 * @param newConfig what to record of the meter; on the first token of a key change set only
 * @param description the token's kind, as {@code Credit:Electricity}
 * @param stsUnitName the unit of transferAmount, as {@code hWh}
 * @param scaledAmount the amount as people read it, as {@code 10.2}
 * @param scaledUnitName its unit, as {@code kWh}
 * @param tokenDec 20 digits
 * @param tokenHex the same 66 bits as 17 hexadecimal digits
 * @param idSm the module that issued
 * @param vkKcv check value of the vending key, 6 hexadecimal digits
 */
public record Token(
        String drn,
        String pan,
        int ea,
        int tct,
        int sgc,
        int krn,
        int ti,
        int tokenClass,
        int subclass,
        int tid,
        double transferAmount,
        boolean isReservedTid,
        @Nullable MeterConfigAdvice newConfig,
        String description,
        String stsUnitName,
        String scaledAmount,
        String scaledUnitName,
        String tokenDec,
        String tokenHex,
        String idSm,
        String vkKcv) {
    /** The table of the structure. */
    public static final Struct<Token> STRUCT = Struct.of(
            Token.class,
            required(1, "drn", STRING, Token::drn),
            required(2, "pan", STRING, Token::pan),
            required(3, "ea", I16, Token::ea),
            required(4, "tct", I16, Token::tct),
            required(5, "sgc", I32, Token::sgc),
            required(6, "krn", I16, Token::krn),
            required(7, "ti", I16, Token::ti),
            required(10, "tokenClass", I16, Token::tokenClass),
            required(11, "subclass", I16, Token::subclass),
            required(12, "tid", I32, Token::tid),
            required(13, "transferAmount", DOUBLE, Token::transferAmount),
            required(14, "isReservedTid", BOOL, Token::isReservedTid),
            optional(15, "newConfig", MeterConfigAdvice.STRUCT, Token::newConfig),
            required(20, "description", STRING, Token::description),
            required(21, "stsUnitName", STRING, Token::stsUnitName),
            required(22, "scaledAmount", STRING, Token::scaledAmount),
            required(23, "scaledUnitName", STRING, Token::scaledUnitName),
            required(30, "tokenDec", STRING, Token::tokenDec),
            required(31, "tokenHex", STRING, Token::tokenHex),
            required(40, "idSm", STRING, Token::idSm),
            required(41, "vkKcv", STRING, Token::vkKcv));

    /** Leaves digits and meter out: a token in a log is money in a log. */
    @Override
    public String toString() {
        return "Token[" + description + ", sgc=" + sgc + ", krn=" + krn + "]";
    }
}
