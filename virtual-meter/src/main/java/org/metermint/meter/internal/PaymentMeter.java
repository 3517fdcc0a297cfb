package org.metermint.meter.internal;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.metermint.meter.Answer;
import org.metermint.meter.Consumption;
import org.metermint.meter.Credit;
import org.metermint.meter.MeterSpecification;
import org.metermint.meter.MeterStatus;
import org.metermint.meter.Quantity;
import org.metermint.meter.Reading;
import org.metermint.meter.Resource;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.ExtendedSet;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KnownToken;
import org.metermint.token.PowerLimit;
import org.metermint.token.SetMaximumPhasePowerUnbalanceLimit;
import org.metermint.token.SetMaximumPowerLimit;
import org.metermint.token.SetTariffRate;
import org.metermint.token.SetWaterMeterFactor;
import org.metermint.token.TestToken;
import org.metermint.token.TransferCredit;
import org.metermint.token.TransferCurrencyCredit;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.decode.Decision;
import org.metermint.token.decode.Decoder;
import org.metermint.token.decode.DecoderFacts;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.decode.Rejection;

/**
 * A payment meter as pure functions: an event and a state give an answer and the next state, and nothing else changes.
 * Whoever calls them keeps the state. Immutable.
 */
public final class PaymentMeter {
    private static final int THREE_TOKEN_SETS = 3;

    private final MeterSpecification specification;
    private final Decoder decoder;
    private final Displays displays;

    /** A meter that is built as specified; the tables matter under EA07 only. */
    public PaymentMeter(MeterSpecification specification, Ea07Tables tables) {
        this.specification = specification;
        this.displays = new Displays(specification);
        this.decoder = new Decoder(new DecoderFacts(
                specification.algorithm(),
                tables,
                specification.manufacturerCode(),
                specification.checksKeyExpiry(),
                specification.keyChangeTokens() == THREE_TOKEN_SETS,
                specification.takesCommonKey(),
                specification.keyChangeLimit()));
    }

    /** An answer with the state to store before it is given. */
    public record Step<A>(A answer, MeterState after) {}

    /** The digits of a token are entered. */
    public Step<Answer> enter(String digits, MeterState state, Instant now) {
        Decision decision = decoder.enter(digits, state.decoder(), now, token -> refusalOf(token, state));
        MeterState decoded = state.withDecoder(decision.after());
        return switch (decision) {
            case Decision.Accepted d -> {
                MeterState after = execute(d.token(), decoded);
                yield new Step<>(acceptance(d.token(), state, after), after);
            }
            case Decision.SectionKept d -> new Step<>(kept(d.section(), decoded), decoded);
            case Decision.Rejected d -> new Step<>(rejection(d, decoded), decoded);
        };
    }

    // ---- what tokens do

    private Optional<Rejection> refusalOf(KnownToken token, MeterState state) {
        return switch (token) {
            case TransferCredit t when t.type() != specification.credit() -> Optional.of(Rejection.FUNCTION_ERROR);
            case TransferCurrencyCredit t
            when t.type() != specification.credit() -> Optional.of(Rejection.FUNCTION_ERROR);
            case TransferCredit t -> overflow(creditAfter(t, state));
            case TransferCurrencyCredit t -> overflow(creditAfter(t, state));
            case ClearCredit t -> refuseUnless(t.register().includes(specification.credit()), Rejection.RANGE_ERROR);
            case SetMaximumPowerLimit t -> refuseUnless(measuresPower(), Rejection.FUNCTION_ERROR);
            case SetMaximumPhasePowerUnbalanceLimit t -> refuseUnless(measuresPower(), Rejection.FUNCTION_ERROR);
            case ExtendedSet t ->
                refuseUnless(
                        t.value().isFlag() && Flags.known(t.value().flagIndex(), specification.resource()),
                        Rejection.FUNCTION_ERROR);
            case SetTariffRate t -> Optional.of(Rejection.FUNCTION_ERROR);
            case SetWaterMeterFactor t -> Optional.of(Rejection.FUNCTION_ERROR);
            case TestToken t -> refuseUnless(displays.knows(t), Rejection.FUNCTION_ERROR);
            case ClearTamperCondition t -> Optional.empty();
            case KeyChangeToken t -> Optional.empty();
        };
    }

    private static Optional<Rejection> refuseUnless(boolean possible, Rejection reason) {
        return possible ? Optional.empty() : Optional.of(reason);
    }

    private boolean measuresPower() {
        return specification.resource() == Resource.ELECTRICITY;
    }

    private BigInteger creditAfter(TransferCredit token, MeterState state) {
        long grains = Credit.of(token.type(), token.amount()).grains();
        return BigInteger.valueOf(state.credit()).add(BigInteger.valueOf(grains));
    }

    private BigInteger creditAfter(TransferCurrencyCredit token, MeterState state) {
        return BigInteger.valueOf(state.credit()).add(token.amount().steps());
    }

    /** A register holds as much below zero as above: a token may take back credit that was used already. */
    private Optional<Rejection> overflow(BigInteger credit) {
        BigInteger limit = BigInteger.valueOf(specification.creditLimit().grains());
        return refuseUnless(credit.abs().compareTo(limit) <= 0, Rejection.OVERFLOW_ERROR);
    }

    /** The state after a token that nothing refused. */
    private MeterState execute(KnownToken token, MeterState state) {
        return switch (token) {
            case TransferCredit t -> state.withCredit(creditAfter(t, state).longValueExact());
            case TransferCurrencyCredit t ->
                state.withCredit(creditAfter(t, state).longValueExact());
            case ClearCredit t -> state.withCredit(0);
            case SetMaximumPowerLimit t ->
                state.withPowerLimit(t.limit().watts())
                        .withLoad(state.load(), state.load() > t.limit().watts());
            case SetMaximumPhasePowerUnbalanceLimit t ->
                state.withUnbalanceLimit(t.limit().watts());
            case ClearTamperCondition t -> state.withTampered(false);
            case ExtendedSet t ->
                state.withFlag(t.value().flagIndex(), t.value().flagState());
            case SetTariffRate t -> state;
            case SetWaterMeterFactor t -> state;
            case TestToken t -> state;
            case KeyChangeToken t -> state;
        };
    }

    // ---- what the meter answers

    private Answer acceptance(KnownToken token, MeterState before, MeterState after) {
        long change = after.credit() - before.credit();
        List<Reading> readings = token instanceof TestToken test ? displays.readings(test, after) : List.of();
        String display = readings.isEmpty()
                ? "ACCEPT"
                : readings.stream().map(Reading::toString).collect(Collectors.joining(", "));
        return new Answer(
                display,
                "Accept",
                explain(token, change, after),
                Optional.empty(),
                Optional.of(token),
                movesCredit(token) ? Optional.of(credit(change)) : Optional.empty(),
                readings,
                credit(after.credit()),
                pending(after));
    }

    private static boolean movesCredit(KnownToken token) {
        return token instanceof TransferCredit
                || token instanceof TransferCurrencyCredit
                || token instanceof ClearCredit;
    }

    private String explain(KnownToken token, long change, MeterState after) {
        return switch (token) {
            case TransferCredit t -> added(change, after);
            case TransferCurrencyCredit t -> added(change, after);
            case ClearCredit t -> credit(-change) + " of credit was cleared";
            case SetMaximumPowerLimit t -> "the maximum power limit is now " + t.limit();
            case SetMaximumPhasePowerUnbalanceLimit t -> "the phase unbalance limit is now " + t.limit();
            case ClearTamperCondition t -> "the tamper condition is cleared";
            case ExtendedSet t -> t.value().toString();
            case TestToken t -> "the meter shows what was asked for";
            case KeyChangeToken t ->
                "the key change is complete: " + describe(after.decoder().register());
            case SetTariffRate t -> "nothing changed";
            case SetWaterMeterFactor t -> "nothing changed";
        };
    }

    private String added(long change, MeterState after) {
        String moved = change < 0 ? credit(-change) + " was taken back" : credit(change) + " was added";
        return moved + "; the credit is now " + credit(after.credit());
    }

    private static String describe(DecoderKeyRegister register) {
        return "supply group " + register.supplyGroup().digits() + ", key revision "
                + register.revision().value() + ", tariff index "
                + register.tariffIndex().digits() + ", key type " + register.type() + ", key expiry "
                + register.expiry().value();
    }

    private Answer kept(int section, MeterState after) {
        String ordinal = ordinal(section);
        return new Answer(
                ordinal + " KCT",
                ordinal + "KCT",
                "token " + section + " of a key change set is kept; the key changes when all of the set are entered",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                credit(after.credit()),
                true);
    }

    private static String ordinal(int section) {
        return section + List.of("st", "nd", "rd", "th").get(section - 1);
    }

    private Answer rejection(Decision.Rejected rejected, MeterState after) {
        return new Answer(
                displayOf(rejected.reason()),
                rejected.reason().standardName(),
                rejected.reason().meaning(),
                Optional.of(rejected.reason()),
                rejected.token(),
                Optional.empty(),
                List.of(),
                credit(after.credit()),
                pending(after));
    }

    private static String displayOf(Rejection reason) {
        return switch (reason) {
            case OLD_ERROR -> "OLD";
            case USED_ERROR -> "USED";
            case KEY_EXPIRED_ERROR -> "EXPIRED";
            case OVERFLOW_ERROR -> "OVERFLOW";
            case FORMAT_ERROR, CRC_ERROR, MFR_CODE_ERROR, DDTK_ERROR, KEY_TYPE_ERROR, RANGE_ERROR, FUNCTION_ERROR ->
                "REJECT";
        };
    }

    private Credit credit(long grains) {
        return new Credit(specification.credit(), grains);
    }

    private static boolean pending(MeterState state) {
        return !state.decoder().keyChange().isEmpty();
    }

    // ---- the load

    /**
     * A load wants a quantity. It gets it while the switch is closed; the switch opens when the credit is used up.
     *
     * @throws IllegalArgumentException if the quantity is of another resource, or the registers cannot count it
     */
    public Step<Consumption> consume(Quantity asked, MeterState state) {
        if (asked.resource() != specification.resource()) {
            throw new IllegalArgumentException(
                    "quantity is of " + asked.resource() + "; this meter measures " + specification.resource());
        }
        if (!state.openReasons(specification).isEmpty()) {
            return drawn(asked, 0, state.credit(), state);
        }
        long total = registerSum(state.consumed(), asked.grains());
        BigInteger charge = cost(total).subtract(cost(state.consumed()));
        BigInteger credit = BigInteger.valueOf(state.credit());
        if (state.flag(Flags.prepayment(specification.resource())) && charge.compareTo(credit) >= 0) {
            long reached = leastConsumptionThatCosts(cost(state.consumed()).add(credit));
            return drawn(asked, Math.min(reached, total) - state.consumed(), 0, state);
        }
        return drawn(asked, asked.grains(), registerSum(state.credit(), charge), state);
    }

    /**
     * A load of a power wants to run for a time. One above the power limit opens the switch at once; the next one that is
     * not closes it.
     */
    public Step<Consumption> run(long watts, Quantity asked, MeterState state) {
        boolean overloaded = watts > state.powerLimit();
        return consume(asked, state.withLoad(watts, overloaded));
    }

    private Step<Consumption> drawn(Quantity asked, long grains, long credit, MeterState state) {
        MeterState after = state.withConsumed(state.consumed() + grains).withCredit(credit);
        Consumption consumption = new Consumption(
                asked,
                new Quantity(asked.resource(), grains),
                credit(state.credit() - credit),
                credit(credit),
                after.openReasons(specification));
        return new Step<>(consumption, after);
    }

    /** What a total of consumption costs, in grains of credit; a part of a grain is charged once it is whole. */
    private BigInteger cost(long consumed) {
        BigInteger grains = BigInteger.valueOf(consumed);
        return specification.credit().isCurrency()
                ? grains.multiply(BigInteger.valueOf(specification.price())).divide(grainsPerUnit())
                : grains;
    }

    /** The smallest total of consumption that costs so much. */
    private long leastConsumptionThatCosts(BigInteger cost) {
        if (!specification.credit().isCurrency()) {
            return cost.longValueExact();
        }
        BigInteger price = BigInteger.valueOf(specification.price());
        return cost.multiply(grainsPerUnit())
                .add(price.subtract(BigInteger.ONE))
                .divide(price)
                .longValueExact();
    }

    private BigInteger grainsPerUnit() {
        return BigInteger.valueOf(specification.resource().grainsPerUnit());
    }

    private static long registerSum(long register, long added) {
        return registerSum(register, BigInteger.valueOf(-added));
    }

    private static long registerSum(long register, BigInteger taken) {
        try {
            return BigInteger.valueOf(register).subtract(taken).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("quantity is more than the registers of this meter can count", e);
        }
    }

    /** Someone tampers with the meter. */
    public MeterState tamper(MeterState state) {
        return state.flag(Flags.DETECT_TAMPER) ? state.withTampered(true) : state;
    }

    /** How the meter stands. */
    public MeterStatus status(MeterState state) {
        DecoderKeyRegister register = state.decoder().register();
        Set<Integer> sections = state.decoder().keyChange().sections().stream()
                .map(KeyChangeToken::section)
                .collect(Collectors.toUnmodifiableSet());
        return new MeterStatus(
                credit(state.credit()),
                new Quantity(specification.resource(), state.consumed()),
                state.openReasons(specification),
                state.tampered(),
                new PowerLimit(state.powerLimit()),
                new PowerLimit(state.unbalanceLimit()),
                state.load(),
                register.supplyGroup(),
                register.revision(),
                register.type(),
                register.tariffIndex(),
                register.expiry(),
                sections);
    }
}
