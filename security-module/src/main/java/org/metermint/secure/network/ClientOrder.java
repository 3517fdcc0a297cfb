package org.metermint.secure.network;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.network.wire.IssueFlag;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.token.BaseDate;
import org.metermint.token.Control;
import org.metermint.token.ExtendedRead;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.InitiateMeterTestDisplay2;
import org.metermint.token.PowerLimit;
import org.metermint.token.TestToken;
import org.metermint.token.TokenIdentifier;

/**
 * A request as the interface puts it, and with it what an answer must say. Amounts are exact up to the wire, whose
 * binary fractions must be able to hold them exactly.
 */
sealed interface ClientOrder {
    /** Token carrier type "numeric". */
    int NUMERIC = 2;

    /**
     * One token of class 0 or 2.
     *
     * @param key behind the meter's key
     * @param amount as asked for, in the token's own units
     * @param onToken what the token can carry of it, after rounding
     * @param tid as frozen by the caller; null if the module chooses
     */
    record One(
            IssueRequest request,
            MeterKeyState meter,
            VendingKeyInfo key,
            int tokenClass,
            int subclass,
            BigInteger amount,
            BigInteger onToken,
            @Nullable TokenIdentifier tid)
            implements ClientOrder {
        MeterConfigIn config() {
            return ClientOrder.config(meter, key, null);
        }

        /**
         * The minute of the identifier, counted from 1993 as the flag TID_ADJUST_BDT alone wants it; the module counts
         * it anew from the base date of its key. With the flag EXTERNAL_CLOCK hardware would take a later minute if the
         * meter has had this one, and a frozen identifier is that one and no other.
         */
        long tokenTime() {
            return tid == null
                    ? 0
                    : Duration.between(BaseDate.BASE_1993.start(), tid.time(key.baseDate()))
                            .toMinutes();
        }

        long flags() {
            return tid == null ? 0 : IssueFlag.TID_ADJUST_BDT.bit();
        }

        double transferAmount() {
            return amount.doubleValue();
        }
    }

    /** A key change. */
    record KeyChange(IssueKeyChange request, VendingKeyInfo from, VendingKeyInfo to) implements ClientOrder {
        MeterConfigIn config() {
            return ClientOrder.config(request.from(), from, request.sections() > 2);
        }

        MeterConfigAmendment amendment() {
            MeterKeyState next = request.to();
            return new MeterConfigAmendment(
                    next.supplyGroup().value(),
                    next.revision().value(),
                    next.tariffIndex().value());
        }
    }

    /** A meter test, which needs no key. */
    record MeterTest(IssueMeterTest request) implements ClientOrder {
        Control control() {
            return switch (request.token()) {
                case InitiateMeterTestDisplay1 test -> test.control();
                case InitiateMeterTestDisplay2 test -> test.control();
                case ExtendedRead read -> read.control();
            };
        }

        int subclass() {
            TestToken token = request.token();
            return token.subclass();
        }

        int manufacturer() {
            return request.token().manufacturer().value();
        }
    }

    /**
     * The order for a request.
     *
     * @throws SecurityModuleException of kind KEY_ABSENT or NOT_PERMITTED, if the interface cannot say what is asked
     */
    static ClientOrder of(IssueRequest request, ClientKeys keys) throws SecurityModuleException {
        return switch (request) {
            case IssueCredit credit ->
                one(
                        credit,
                        credit.meter(),
                        keys,
                        0,
                        credit.type().subclass(),
                        BigInteger.valueOf(credit.amount().tenths()),
                        BigInteger.valueOf(credit.amount().onToken().tenths()),
                        credit.tid());
            case IssueCurrencyCredit credit ->
                one(
                        credit,
                        credit.meter(),
                        keys,
                        0,
                        credit.type().subclass(),
                        credit.amount().steps(),
                        credit.amount().onToken().steps(),
                        credit.tid());
            case IssueManagement management -> management(management, keys);
            case IssueKeyChange change -> keyChange(change, keys);
            case IssueMeterTest test -> new MeterTest(test);
        };
    }

    private static ClientOrder management(IssueManagement management, ClientKeys keys) throws SecurityModuleException {
        record Register(int subclass, long value, long onToken) {
            static Register of(int subclass, int value) {
                return new Register(subclass, value, value);
            }

            static Register of(int subclass, PowerLimit limit) {
                return new Register(
                        subclass,
                        limit.watts(),
                        PowerLimit.ofBits(limit.toBits()).watts());
            }
        }
        Register register = switch (management.order()) {
            case ManagementOrder.LimitPower order -> Register.of(0, order.limit());
            case ManagementOrder.ClearCredit order ->
                Register.of(1, order.register().number());
            case ManagementOrder.SetTariffRate order ->
                Register.of(2, order.rate().bits());
            case ManagementOrder.ClearTamper order -> Register.of(5, 0);
            case ManagementOrder.LimitPhaseUnbalance order -> Register.of(6, order.limit());
            case ManagementOrder.SetWaterFactor order ->
                Register.of(7, order.factor().bits());
            case ManagementOrder.WriteExtended order ->
                Register.of(10, order.value().bits());
        };
        return one(
                management,
                management.meter(),
                keys,
                2,
                register.subclass(),
                BigInteger.valueOf(register.value()),
                BigInteger.valueOf(register.onToken()),
                management.tid());
    }

    private static One one(
            IssueRequest request,
            MeterKeyState meter,
            ClientKeys keys,
            int tokenClass,
            int subclass,
            BigInteger amount,
            BigInteger onToken,
            @Nullable TokenIdentifier tid)
            throws SecurityModuleException {
        if (new BigDecimal(amount.doubleValue()).compareTo(new BigDecimal(amount)) != 0) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "an amount of " + amount.bitLength()
                            + " bits cannot be told exactly over this interface, whose numbers have 53; ask for less");
        }
        return new One(request, meter, key(meter, keys), tokenClass, subclass, amount, onToken, tid);
    }

    private static KeyChange keyChange(IssueKeyChange change, ClientKeys keys) throws SecurityModuleException {
        boolean wide = change.to().algorithm().keyBits() == 128;
        if (wide != (change.sections() == 4)) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "a key of " + change.to().algorithm().keyBits() + " bits takes "
                            + (wide ? "four sections" : "two or three sections") + ", not " + change.sections());
        }
        return new KeyChange(change, key(change.from(), keys), key(change.to(), keys));
    }

    /** The vending key behind a meter's key. The interface does not name its type, so it must be the one that is meant. */
    private static VendingKeyInfo key(MeterKeyState meter, ClientKeys keys) throws SecurityModuleException {
        VendingKeyName name = VendingKeyName.of(meter);
        VendingKeyInfo key = keys.find(name)
                .orElseThrow(() -> new SecurityModuleException(
                        Kind.KEY_ABSENT,
                        "the security module has no vending key of " + name
                                + "; import it there, name it in the configuration, or correct the meter's data"));
        VendingKeyInfo meant = keys.meant(meter.supplyGroup(), meter.revision()).orElse(key);
        if (!meant.name().equals(name)) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "the module holds a vending key of " + meant.name() + " beside that of " + name
                            + ", and this interface cannot ask for the second; give the two keys different revisions");
        }
        return key;
    }

    /** The meter as it is: a module that knows a newer revision or expiry number must not move the meter there unasked. */
    private static MeterConfigIn config(MeterKeyState meter, VendingKeyInfo key, @Nullable Boolean thirdToken) {
        return new MeterConfigIn(
                meter.pan().drn().digits(),
                meter.algorithm().number(),
                NUMERIC,
                meter.supplyGroup().value(),
                meter.revision().value(),
                meter.tariffIndex().value(),
                null,
                false,
                key.expiry().value(),
                null,
                thirdToken,
                false);
    }
}
