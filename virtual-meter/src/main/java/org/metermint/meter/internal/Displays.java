package org.metermint.meter.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.metermint.meter.MeterSpecification;
import org.metermint.meter.OpenReason;
import org.metermint.meter.Quantity;
import org.metermint.meter.Reading;
import org.metermint.meter.Resource;
import org.metermint.token.ExtendedRead;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.InitiateMeterTestDisplay2;
import org.metermint.token.MeterTest;
import org.metermint.token.PowerLimit;
import org.metermint.token.TestToken;
import org.metermint.token.decode.DecoderKeyRegister;

/** What a meter tests and shows when a class 1 token asks for it. */
final class Displays {
    private static final String SOFTWARE_VERSION = "MM 1";
    private static final int FLAG_REGISTERS = 63;
    /** The two whose content is reserved: no meter can have it. */
    private static final Set<MeterTest> RESERVED = Set.of(MeterTest.WATER_METER_FACTOR, MeterTest.TARIFF_RATE);

    private static final Set<MeterTest> OF_ELECTRICITY =
            Set.of(MeterTest.MAXIMUM_POWER_LIMIT, MeterTest.POWER, MeterTest.PHASE_UNBALANCE_LIMIT);

    private final MeterSpecification specification;

    Displays(MeterSpecification specification) {
        this.specification = specification;
    }

    /** Whether the token asks for anything that this meter can show. */
    boolean knows(TestToken token) {
        return switch (token) {
            case ExtendedRead t -> knowsFlag(t);
            case InitiateMeterTestDisplay1 t -> !known(t.control().tests()).isEmpty();
            case InitiateMeterTestDisplay2 t -> !known(t.control().tests()).isEmpty();
        };
    }

    private boolean knowsFlag(ExtendedRead token) {
        return token.registerIndex() == FLAG_REGISTERS && Flags.known(token.flagIndex(), specification.resource());
    }

    /** What the meter shows; of the tests that it does not know, nothing. */
    List<Reading> readings(TestToken token, MeterState state) {
        return switch (token) {
            case ExtendedRead t -> List.of(new Reading("flag " + t.flagIndex(), state.flag(t.flagIndex()) ? "1" : "0"));
            case InitiateMeterTestDisplay1 t -> readings(t.control().tests(), state);
            case InitiateMeterTestDisplay2 t -> readings(t.control().tests(), state);
        };
    }

    private List<Reading> readings(List<MeterTest> asked, MeterState state) {
        return known(asked).stream().map(test -> reading(test, state)).toList();
    }

    private List<MeterTest> known(List<MeterTest> asked) {
        Stream<MeterTest> each = asked.contains(MeterTest.ALL)
                ? Arrays.stream(MeterTest.values()).skip(1)
                : asked.stream();
        boolean electricity = specification.resource() == Resource.ELECTRICITY;
        return each.filter(test -> !RESERVED.contains(test))
                .filter(test -> electricity || !OF_ELECTRICITY.contains(test))
                .toList();
    }

    private Reading reading(MeterTest test, MeterState state) {
        DecoderKeyRegister register = state.decoder().register();
        return switch (test) {
            case LOAD_SWITCH ->
                new Reading("switch", state.openReasons(specification).isEmpty() ? "closed" : "open");
            case DISPLAY -> new Reading("display", "88888888");
            case ENERGY_TOTALS ->
                new Reading("total", new Quantity(specification.resource(), state.consumed()).toString());
            case KEY_REVISION ->
                new Reading(
                        "KRN KT",
                        register.revision().value() + " " + register.type().number());
            case TARIFF_INDEX -> new Reading("TI", register.tariffIndex().digits());
            case TOKEN_READER -> new Reading("keypad", "ready");
            case MAXIMUM_POWER_LIMIT -> new Reading("power limit", new PowerLimit(state.powerLimit()).toString());
            case TAMPER_STATUS -> new Reading("tamper", state.tampered() ? "yes" : "no");
            case POWER -> new Reading("power", suppliedWatts(state) + " W");
            case SOFTWARE_VERSION -> new Reading("software", SOFTWARE_VERSION);
            case PHASE_UNBALANCE_LIMIT ->
                new Reading("unbalance limit", new PowerLimit(state.unbalanceLimit()).toString());
            case ENCRYPTION_ALGORITHM ->
                new Reading("EA", specification.algorithm().code());
            case KEY_CHANGE_TOKENS ->
                new Reading("key change tokens", Integer.toString(specification.keyChangeTokens()));
            case SUPPLY_GROUP_CODE -> new Reading("SGC", register.supplyGroup().digits());
            case KEY_EXPIRY_NUMBER -> new Reading("KEN", register.expiry().toString());
            case METER_NUMBER -> new Reading("DRN", specification.pan().drn().digits());
            case ALL, WATER_METER_FACTOR, TARIFF_RATE ->
                throw new IllegalStateException("test " + test + " is none that a meter shows");
        };
    }

    private long suppliedWatts(MeterState state) {
        Set<OpenReason> open = state.openReasons(specification);
        return open.isEmpty() ? state.load() : 0;
    }
}
