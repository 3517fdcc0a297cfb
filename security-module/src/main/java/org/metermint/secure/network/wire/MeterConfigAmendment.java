package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.I16;
import static org.metermint.secure.network.wire.WireType.I32;

/**
 * What a meter's key shall be after a key change.
 *
 * @param toSgc supply group code, 0..999999
 * @param toKrn key revision number, 1..9
 * @param toTi tariff index, 0..99
 */
public record MeterConfigAmendment(int toSgc, int toKrn, int toTi) {
    /** The table of the structure. */
    public static final Struct<MeterConfigAmendment> STRUCT = Struct.of(
            MeterConfigAmendment.class,
            required(1, "toSgc", I32, MeterConfigAmendment::toSgc),
            required(2, "toKrn", I16, MeterConfigAmendment::toKrn),
            required(3, "toTi", I16, MeterConfigAmendment::toTi));
}
