package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.BOOL;
import static org.metermint.secure.network.wire.WireType.I16;
import static org.metermint.secure.network.wire.WireType.I32;
import static org.metermint.secure.network.wire.WireType.STRING;

/**
 * What a vending system should record of a meter after a key change; it comes with the first token of the set.
 *
 * @param toSgc new supply group code
 * @param toKrn new key revision number
 * @param toTi new tariff index
 * @param toKen new key expiry number
 * @param idRecord identity record of the meter card, 35 digits
 * @param record2 second record of a magnetic card
 * @param rollover whether the set makes the meter forget its token identifiers
 * @param toVkKcv check value of the new vending key, 6 hexadecimal digits
 */
public record MeterConfigAdvice(
        int toSgc, int toKrn, int toTi, int toKen, String idRecord, String record2, boolean rollover, String toVkKcv) {
    /** The table of the structure. */
    public static final Struct<MeterConfigAdvice> STRUCT = Struct.of(
            MeterConfigAdvice.class,
            required(1, "toSgc", I32, MeterConfigAdvice::toSgc),
            required(2, "toKrn", I16, MeterConfigAdvice::toKrn),
            required(3, "toTi", I16, MeterConfigAdvice::toTi),
            required(4, "toKen", I16, MeterConfigAdvice::toKen),
            required(10, "idRecord", STRING, MeterConfigAdvice::idRecord),
            required(11, "record2", STRING, MeterConfigAdvice::record2),
            required(20, "rollover", BOOL, MeterConfigAdvice::rollover),
            required(21, "toVkKcv", STRING, MeterConfigAdvice::toVkKcv));
}
