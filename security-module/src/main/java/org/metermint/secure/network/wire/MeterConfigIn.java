package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.optional;
import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.BOOL;
import static org.metermint.secure.network.wire.WireType.I16;
import static org.metermint.secure.network.wire.WireType.I32;
import static org.metermint.secure.network.wire.WireType.STRING;

import org.jspecify.annotations.Nullable;

/**
 * The meter that a token is for, and the key that it holds.
 *
 * @param drn meter number of 11 or 13 digits, or meter PAN of 18
 * @param ea encryption algorithm, 7 or 11 (9 is withdrawn)
 * @param tct token carrier type
 * @param sgc supply group code, 0..999999
 * @param krn key revision number, 1..9
 * @param ti tariff index, 0..99
 * @param newConfig if present, a key change to it comes first and the token is for the new key
 * @param allowKrnUpdate whether a key change to the newest revision may come first
 * @param ken key expiry number that the meter holds, 0..255
 * @param doe date of expiry of the meter card, YYMM; 0000 for none
 * @param allow3Kct whether the meter takes a third key change token, with the supply group
 * @param allowKenUpdate whether a key change to another expiry number may come first
 */
public record MeterConfigIn(
        String drn,
        int ea,
        int tct,
        int sgc,
        int krn,
        int ti,
        @Nullable MeterConfigAmendment newConfig,
        @Nullable Boolean allowKrnUpdate,
        int ken,
        @Nullable String doe,
        @Nullable Boolean allow3Kct,
        @Nullable Boolean allowKenUpdate) {
    /** The table of the structure. */
    public static final Struct<MeterConfigIn> STRUCT = Struct.of(
            MeterConfigIn.class,
            required(1, "drn", STRING, MeterConfigIn::drn),
            required(2, "ea", I16, MeterConfigIn::ea),
            required(3, "tct", I16, MeterConfigIn::tct),
            required(10, "sgc", I32, MeterConfigIn::sgc),
            required(11, "krn", I16, MeterConfigIn::krn),
            required(12, "ti", I16, MeterConfigIn::ti),
            optional(20, "newConfig", MeterConfigAmendment.STRUCT, MeterConfigIn::newConfig),
            optional(21, "allowKrnUpdate", BOOL, MeterConfigIn::allowKrnUpdate),
            required(30, "ken", I16, MeterConfigIn::ken),
            optional(31, "doe", STRING, MeterConfigIn::doe),
            optional(32, "allow3Kct", BOOL, MeterConfigIn::allow3Kct),
            optional(33, "allowKenUpdate", BOOL, MeterConfigIn::allowKenUpdate));
}
