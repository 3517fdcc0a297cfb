package org.metermint.secure.network;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.TokenVerification.Reason;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.network.ReplyCheck.MisfitException;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.Validation;
import org.metermint.secure.network.wire.VerifyResult;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.ExtendedSet;
import org.metermint.token.ExtendedValue;
import org.metermint.token.PowerLimit;
import org.metermint.token.RawValue;
import org.metermint.token.Rnd;
import org.metermint.token.SetMaximumPhasePowerUnbalanceLimit;
import org.metermint.token.SetMaximumPowerLimit;
import org.metermint.token.SetTariffRate;
import org.metermint.token.SetWaterMeterFactor;
import org.metermint.token.Token;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.token.TransferCredit;
import org.metermint.token.TransferCurrencyCredit;

/** Asks a module what a token says, and reads the answer. */
record ClientVerification(MeterKeyState meter, TokenNumber number, VendingKeyInfo key) {
    /** The interface does not tell the random number of a token. */
    private static final Rnd UNTOLD = new Rnd(0);

    static ClientVerification of(MeterKeyState meter, TokenNumber number, ClientKeys keys)
            throws SecurityModuleException {
        VendingKeyName name = VendingKeyName.of(meter);
        Optional<VendingKeyInfo> meant = keys.meant(meter.supplyGroup(), meter.revision());
        if (meant.isEmpty() || !meant.get().name().equals(name)) {
            throw new SecurityModuleException(
                    Kind.KEY_ABSENT,
                    "the security module cannot be asked for the vending key of " + name
                            + "; import it there, or correct the meter's data");
        }
        return new ClientVerification(meter, number, meant.get());
    }

    TokenApi.VerifyToken call(Secret token) {
        MeterConfigIn config = new MeterConfigIn(
                meter.pan().drn().digits(),
                meter.algorithm().number(),
                ClientOrder.NUMERIC,
                meter.supplyGroup().value(),
                meter.revision().value(),
                meter.tariffIndex().value(),
                null,
                null,
                key.expiry().value(),
                null,
                null,
                null);
        return new TokenApi.VerifyToken(ClientLine.newId(), token, config, new Secret(number.digits()));
    }

    TokenVerification read(VerifyResult result) throws MisfitException {
        Optional<Validation> validation = Validation.of(result.validationResult());
        if (validation.isEmpty()) {
            throw new MisfitException("validationResult is none of the interface's");
        }
        return switch (validation.get()) {
            case CRC -> new TokenVerification.Invalid(Reason.CRC);
            case DDTK_CREDIT -> new TokenVerification.Invalid(Reason.DDTK_CREDIT);
            case KEY_EXPIRED -> new TokenVerification.Invalid(Reason.KEY_EXPIRED);
            case OK -> valid(result);
        };
    }

    private TokenVerification valid(VerifyResult result) throws MisfitException {
        TokenClass tokenClass = TokenFrame.tokenClass(number);
        if (tokenClass == TokenClass.RESERVED) {
            throw new MisfitException("a token of the reserved class is called valid");
        }
        if (!tokenClass.isEncrypted()) {
            long block = TokenFrame.extractBlock(number);
            Token content = TokenFrame.read(tokenClass, block, meter.algorithm().keyBits());
            return new TokenVerification.Valid(tokenClass, (int) (block >>> 60), content);
        }
        org.metermint.secure.network.wire.@Nullable Token told = result.token();
        if (told == null) {
            throw new MisfitException("a token is called valid and not told");
        }
        if (!told.tokenDec().equals(number.digits()) || told.tokenClass() != tokenClass.number()) {
            throw new MisfitException("another token is told than was asked about");
        }
        try {
            return new TokenVerification.Valid(tokenClass, told.subclass(), content(told));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MisfitException("what the token is told to say cannot be");
        }
    }

    private static @Nullable Token content(org.metermint.secure.network.wire.Token told) {
        TokenIdentifier tid = new TokenIdentifier(told.tid());
        BigInteger amount = new BigDecimal(told.transferAmount()).toBigIntegerExact();
        if (told.tokenClass() == 0) {
            CreditType type = CreditType.ofSubclass(told.subclass());
            return type.isCurrency()
                    ? new TransferCurrencyCredit(type, tid, new CurrencyAmount(amount).onToken())
                    : new TransferCredit(type, UNTOLD, tid, new CreditAmount(amount.longValueExact()));
        }
        return switch (told.subclass()) {
            case 0 -> new SetMaximumPowerLimit(UNTOLD, tid, new PowerLimit(amount.longValueExact()));
            case 1 -> new ClearCredit(UNTOLD, tid, new CreditRegister(amount.intValueExact()));
            case 2 -> new SetTariffRate(UNTOLD, tid, new RawValue(amount.intValueExact()));
            case 5 -> new ClearTamperCondition(UNTOLD, tid, RawValue.ZERO);
            case 6 -> new SetMaximumPhasePowerUnbalanceLimit(UNTOLD, tid, new PowerLimit(amount.longValueExact()));
            case 7 -> new SetWaterMeterFactor(UNTOLD, tid, new RawValue(amount.intValueExact()));
            case 10 -> new ExtendedSet(UNTOLD, tid, new ExtendedValue(amount.intValueExact()));
            default -> null; // a section of a key change, or a kind that the standard has not defined
        };
    }

    /** Leaves the token and its meter out. */
    @Override
    public String toString() {
        return "ClientVerification[" + key.name() + "]";
    }
}
