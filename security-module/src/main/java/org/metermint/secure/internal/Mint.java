package org.metermint.secure.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.RandomSource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.token.BaseDate;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.ExtendedSet;
import org.metermint.token.IdentifiedToken;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KnownToken;
import org.metermint.token.MeterPan;
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
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.KeyChangeSet;

/**
 * Makes the tokens of a request, if {@link Policy} lets it. What is made counts for nothing until {@link IssueRegister}
 * has bound it to its message id.
 */
final class Mint {
    /** What a result has for a counter until it is on the disk. */
    private static final long UNCOUNTED = 0;

    private final KeyRing keys;
    private final Clock clock;
    private final RandomSource random;
    private final Ea07Tables tables;

    /** The last identifier issued for a meter under a base date, as minutes, or less than every one. */
    @FunctionalInterface
    interface LastIdentifier {
        int of(MeterPan pan, BaseDate baseDate);
    }

    /** Who asks, what it may have, and what its meters had last. */
    record Asker(ClientName client, IssuePolicy policy, LastIdentifier last) {}

    Mint(KeyRing keys, Clock clock, RandomSource random, Ea07Tables tables) {
        this.keys = keys;
        this.clock = clock;
        this.random = random;
        this.tables = tables;
    }

    /** Makes the tokens of a request, which count for nothing until they are recorded. */
    IssuedMessage make(Asker asker, IssueRequest request) throws SecurityModuleException {
        return switch (request) {
            case IssueCredit credit -> {
                Policy.requireCredit(credit.meter());
                yield one(
                        credit,
                        credit.meter(),
                        asker,
                        (rnd, tid) -> new TransferCredit(credit.type(), rnd, tid, credit.amount()));
            }
            case IssueCurrencyCredit credit -> {
                Policy.requireCredit(credit.meter());
                yield one(
                        credit,
                        credit.meter(),
                        asker,
                        (rnd, tid) -> new TransferCurrencyCredit(credit.type(), tid, credit.amount()));
            }
            case IssueManagement management -> {
                Policy.requireIssuingType(management.meter().type());
                yield one(
                        management, management.meter(), asker, (rnd, tid) -> management(management.order(), rnd, tid));
            }
            case IssueKeyChange change -> keyChange(change, asker);
            case IssueMeterTest test -> meterTest(test, asker);
        };
    }

    private IssuedMessage one(
            IssueRequest request, MeterKeyState meter, Asker asker, BiFunction<Rnd, TokenIdentifier, KnownToken> token)
            throws SecurityModuleException {
        @Nullable TokenIdentifier brought = IssuedMessage.identifier(request);
        if (brought != null) {
            Policy.requireUnreserved(brought);
        }
        ClientRules.requirePermitted(asker.policy, asker.client, request);
        HeldKey key = keyOf(meter);
        VendingKeyInfo info = key.info();
        Instant now = clock.instant();
        Policy.requireValid(info, now);
        TokenIdentifier tid =
                brought == null ? choose(now, info.baseDate(), asker.last.of(meter.pan(), info.baseDate())) : brought;
        Policy.requireValid(info, tid);
        ClientRules.requireUninhibited(asker.policy, now);
        ClientRules.requireNear(asker.policy, tid, info.baseDate(), now);
        ClientRules.requireAmount(asker.policy, request);
        BlockCipher cipher = key.derive(meter).cipher(tables);
        List<TokenNumber> tokens = List.of(encrypt(cipher, token.apply(random.next(), tid)));
        IssuedTokens.IssuingKey issuing = new IssuedTokens.IssuingKey(info.baseDate(), tid, info.keyCheckValue());
        return new IssuedMessage(asker.client, request, issued(request, tokens, now, info.testOnly(), issuing));
    }

    /** The minute of the clock, or the one after the last that the meter got if that is later. */
    private static TokenIdentifier choose(Instant now, BaseDate baseDate, int last) throws SecurityModuleException {
        TokenIdentifier present = TokenIdentifier.at(now, baseDate);
        if (present.minutes() > last) {
            return present;
        }
        try {
            return new TokenIdentifier(last).next();
        } catch (IllegalStateException e) {
            throw new SecurityModuleException(
                    Kind.KEY_EXPIRED,
                    "the meter has used the last identifier of base date " + baseDate.year()
                            + "; move it to a key of a later base date by a key change",
                    e);
        }
    }

    private IssuedMessage meterTest(IssueMeterTest test, Asker asker) throws SecurityModuleException {
        ClientRules.requirePermitted(asker.policy, asker.client, test);
        ClientRules.requireUninhibited(asker.policy, clock.instant());
        TokenNumber token = TokenFrame.insertClass(test.token().tokenClass(), TokenFrame.block(test.token()));
        return new IssuedMessage(asker.client, test, issued(test, List.of(token), clock.instant(), false, null));
    }

    /** What a token says under the key of a meter, whether or not tokens may still be issued under that key. */
    TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        HeldKey key = keyOf(meter);
        TokenClass tokenClass = TokenFrame.tokenClass(token);
        if (tokenClass == TokenClass.RESERVED) {
            return new TokenVerification.Invalid(TokenVerification.Reason.CRC);
        }
        long block = TokenFrame.extractBlock(token);
        if (tokenClass.isEncrypted()) {
            block = key.derive(meter).cipher(tables).decrypt(block);
        }
        if (!TokenFrame.isAuthentic(tokenClass, block)) {
            return new TokenVerification.Invalid(TokenVerification.Reason.CRC);
        }
        if (tokenClass == TokenClass.CREDIT_TRANSFER && !meter.type().carriesCredit()) {
            return new TokenVerification.Invalid(TokenVerification.Reason.DDTK_CREDIT);
        }
        Token content = TokenFrame.read(tokenClass, block, meter.algorithm().keyBits());
        if (content instanceof IdentifiedToken identified && key.info().expiry().isExpiredAt(identified.tid())) {
            return new TokenVerification.Invalid(TokenVerification.Reason.KEY_EXPIRED);
        }
        int subclass = (int) (block >>> 60);
        return new TokenVerification.Valid(tokenClass, subclass, content instanceof KeyChangeToken ? null : content);
    }

    private static KnownToken management(ManagementOrder requested, Rnd rnd, TokenIdentifier tid) {
        return switch (requested) {
            case ManagementOrder.LimitPower order -> new SetMaximumPowerLimit(rnd, tid, order.limit());
            case ManagementOrder.LimitPhaseUnbalance order ->
                new SetMaximumPhasePowerUnbalanceLimit(rnd, tid, order.limit());
            case ManagementOrder.ClearCredit order -> new ClearCredit(rnd, tid, order.register());
            case ManagementOrder.ClearTamper order -> new ClearTamperCondition(rnd, tid, RawValue.ZERO);
            case ManagementOrder.SetTariffRate order -> new SetTariffRate(rnd, tid, order.rate());
            case ManagementOrder.SetWaterFactor order -> new SetWaterMeterFactor(rnd, tid, order.factor());
            case ManagementOrder.WriteExtended order -> new ExtendedSet(rnd, tid, order.value());
        };
    }

    private IssuedMessage keyChange(IssueKeyChange change, Asker asker) throws SecurityModuleException {
        Policy.requireKeyChange(change);
        ClientRules.requirePermitted(asker.policy, asker.client, change);
        HeldKey from = keyOf(change.from());
        HeldKey to = keyOf(change.to());
        Instant now = clock.instant();
        Policy.requireValid(to.info(), now); // the old key may have expired: this is how a meter leaves it
        ClientRules.requireUninhibited(asker.policy, now);
        DecoderKey oldKey = from.derive(change.from());
        DecoderKey newKey = to.derive(change.to());
        boolean rollover = from.info().baseDate() != to.info().baseDate();
        if (rollover && oldKey.equals(newKey)) {
            throw Policy.notPermitted("old and new decoder key are the same and their base dates differ; the roll-over"
                    + " would make the meter accept used tokens again: give the new base date to a new vending key");
        }
        BlockCipher cipher = oldKey.cipher(tables);
        MeterKeyState next = change.to();
        KeyChangeSet set = new KeyChangeSet(
                newKey,
                next.type(),
                to.info().expiry(),
                next.revision(),
                next.tariffIndex(),
                next.supplyGroup(),
                rollover);
        List<TokenNumber> tokens = set.tokens(change.sections()).stream()
                .map(section -> encrypt(cipher, section))
                .toList();
        boolean testOnly = from.info().testOnly() || to.info().testOnly();
        IssuedTokens issued = issued(
                change,
                tokens,
                now,
                testOnly,
                new IssuedTokens.IssuingKey(
                        to.info().baseDate(), null, from.info().keyCheckValue()));
        return new IssuedMessage(asker.client, change, issued, to.info().keyCheckValue());
    }

    private HeldKey keyOf(MeterKeyState meter) throws SecurityModuleException {
        VendingKeyName name = VendingKeyName.of(meter);
        HeldKey key = keys.find(name)
                .orElseThrow(() -> new SecurityModuleException(
                        Kind.KEY_ABSENT,
                        "there is no vending key of " + name + "; import it, or correct the meter's data"));
        Policy.requirePresent(key.info());
        Policy.requireDerivable(key, meter);
        return key;
    }

    private static TokenNumber encrypt(BlockCipher cipher, KnownToken token) {
        return TokenFrame.insertClass(token.tokenClass(), cipher.encrypt(TokenFrame.block(token)));
    }

    private static IssuedTokens issued(
            IssueRequest request,
            List<TokenNumber> tokens,
            Instant now,
            boolean testOnly,
            IssuedTokens.@Nullable IssuingKey key) {
        Instant issuedAt = now.truncatedTo(ChronoUnit.MILLIS);
        return new IssuedTokens(request.messageId(), tokens, issuedAt, testOnly, UNCOUNTED, key);
    }
}
