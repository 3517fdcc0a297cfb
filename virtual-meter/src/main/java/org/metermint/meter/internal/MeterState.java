package org.metermint.meter.internal;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.metermint.meter.MeterSpecification;
import org.metermint.meter.OpenReason;
import org.metermint.token.PowerLimit;
import org.metermint.token.decode.DecoderState;

/**
 * All that changes in a meter. A token changes it in one step, and the file holds it as one record.
 *
 * @param decoder the decoder key, the token identifiers that were used, and a key change that is not complete
 * @param credit in grains
 * @param consumed all that ever went to the load, in grains
 * @param flags bit n is flag n
 * @param tampered whether tamper was detected and not cleared
 * @param overloaded whether the load last tried was above the power limit
 * @param powerLimit in watts
 * @param unbalanceLimit in watts
 * @param load in watts, as last tried
 */
public record MeterState(
        DecoderState decoder,
        long credit,
        long consumed,
        int flags,
        boolean tampered,
        boolean overloaded,
        long powerLimit,
        long unbalanceLimit,
        long load) {

    /** A meter as it leaves the factory: no credit, no limits, tamper detected and answered, and payment before use. */
    public static MeterState ofNewMeter(MeterSpecification specification, DecoderState decoder) {
        int flags = 1 << Flags.DETECT_TAMPER
                | 1 << Flags.DISCONNECT_ON_TAMPER
                | 1 << Flags.DISCONNECT_ON_POWER_LIMIT
                | 1 << Flags.prepayment(specification.resource());
        return new MeterState(decoder, 0, 0, flags, false, false, PowerLimit.MAX_WATTS, PowerLimit.MAX_WATTS, 0);
    }

    boolean flag(int index) {
        return (flags >>> index & 1) == 1;
    }

    /** Why the switch is open; empty if it is closed. */
    Set<OpenReason> openReasons(MeterSpecification specification) {
        EnumSet<OpenReason> reasons = EnumSet.noneOf(OpenReason.class);
        if (credit <= 0 && flag(Flags.prepayment(specification.resource()))) {
            reasons.add(OpenReason.NO_CREDIT);
        }
        if (overloaded && flag(Flags.DISCONNECT_ON_POWER_LIMIT)) {
            reasons.add(OpenReason.POWER_LIMIT);
        }
        if (tampered && flag(Flags.DISCONNECT_ON_TAMPER)) {
            reasons.add(OpenReason.TAMPER);
        }
        if (flag(Flags.DISCONNECT_SERVICE)) {
            reasons.add(OpenReason.DISCONNECTED);
        }
        return Collections.unmodifiableSet(reasons);
    }

    MeterState withDecoder(DecoderState next) {
        return new MeterState(next, credit, consumed, flags, tampered, overloaded, powerLimit, unbalanceLimit, load);
    }

    MeterState withCredit(long grains) {
        return new MeterState(decoder, grains, consumed, flags, tampered, overloaded, powerLimit, unbalanceLimit, load);
    }

    MeterState withConsumed(long grains) {
        return new MeterState(decoder, credit, grains, flags, tampered, overloaded, powerLimit, unbalanceLimit, load);
    }

    MeterState withFlag(int index, boolean state) {
        int changed = state ? flags | 1 << index : flags & ~(1 << index);
        return new MeterState(
                decoder, credit, consumed, changed, tampered, overloaded, powerLimit, unbalanceLimit, load);
    }

    MeterState withTampered(boolean state) {
        return new MeterState(decoder, credit, consumed, flags, state, overloaded, powerLimit, unbalanceLimit, load);
    }

    MeterState withPowerLimit(long watts) {
        return new MeterState(decoder, credit, consumed, flags, tampered, overloaded, watts, unbalanceLimit, load);
    }

    MeterState withUnbalanceLimit(long watts) {
        return new MeterState(decoder, credit, consumed, flags, tampered, overloaded, powerLimit, watts, load);
    }

    MeterState withLoad(long watts, boolean nowOverloaded) {
        return new MeterState(
                decoder, credit, consumed, flags, tampered, nowOverloaded, powerLimit, unbalanceLimit, watts);
    }
}
