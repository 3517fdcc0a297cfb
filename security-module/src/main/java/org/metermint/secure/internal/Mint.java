package org.metermint.secure.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.RandomSource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.ExtendedSet;
import org.metermint.token.KnownToken;
import org.metermint.token.RawValue;
import org.metermint.token.Rnd;
import org.metermint.token.SetMaximumPhasePowerUnbalanceLimit;
import org.metermint.token.SetMaximumPowerLimit;
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
    private final KeyRing keys;
    private final Clock clock;
    private final RandomSource random;
    private final Ea07Tables tables;

    Mint(KeyRing keys, Clock clock, RandomSource random, Ea07Tables tables) {
        this.keys = keys;
        this.clock = clock;
        this.random = random;
        this.tables = tables;
    }

    IssuedMessage make(IssueRequest request) throws SecurityModuleException {
        return switch (request) {
            case IssueCredit credit -> {
                Policy.requireCredit(credit.meter());
                yield one(
                        credit,
                        credit.meter(),
                        credit.tid(),
                        rnd -> new TransferCredit(credit.type(), rnd, credit.tid(), credit.amount()));
            }
            case IssueCurrencyCredit credit -> {
                Policy.requireCredit(credit.meter());
                yield one(
                        credit,
                        credit.meter(),
                        credit.tid(),
                        rnd -> new TransferCurrencyCredit(credit.type(), credit.tid(), credit.amount()));
            }
            case IssueManagement management -> {
                Policy.requireIssuingType(management.meter().type());
                yield one(management, management.meter(), management.tid(), rnd -> management(management, rnd));
            }
            case IssueKeyChange change -> keyChange(change);
        };
    }

    private IssuedMessage one(
            IssueRequest request, MeterKeyState meter, TokenIdentifier tid, Function<Rnd, KnownToken> token)
            throws SecurityModuleException {
        Policy.requireUnreserved(tid);
        HeldKey key = keyOf(meter);
        Instant now = clock.instant();
        Policy.requireValid(key.info(), tid, now);
        BlockCipher cipher = key.derive(meter).cipher(tables);
        List<TokenNumber> tokens = List.of(encrypt(cipher, token.apply(random.next())));
        return issued(request, key.info().baseDate(), tokens, now, key.info().testOnly());
    }

    private static KnownToken management(IssueManagement request, Rnd rnd) {
        TokenIdentifier tid = request.tid();
        return switch (request.order()) {
            case ManagementOrder.LimitPower order -> new SetMaximumPowerLimit(rnd, tid, order.limit());
            case ManagementOrder.LimitPhaseUnbalance order ->
                new SetMaximumPhasePowerUnbalanceLimit(rnd, tid, order.limit());
            case ManagementOrder.ClearCredit order -> new ClearCredit(rnd, tid, order.register());
            case ManagementOrder.ClearTamper order -> new ClearTamperCondition(rnd, tid, RawValue.ZERO);
            case ManagementOrder.WriteExtended order -> new ExtendedSet(rnd, tid, order.value());
        };
    }

    private IssuedMessage keyChange(IssueKeyChange change) throws SecurityModuleException {
        Policy.requireKeyChange(change);
        HeldKey from = keyOf(change.from());
        HeldKey to = keyOf(change.to());
        Instant now = clock.instant();
        Policy.requireValid(to.info(), now); // the old key may have expired: this is how a meter leaves it
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
        return issued(change, to.info().baseDate(), tokens, now, testOnly);
    }

    private HeldKey keyOf(MeterKeyState meter) throws SecurityModuleException {
        KeyName name = KeyName.of(meter);
        HeldKey key = keys.find(name)
                .orElseThrow(() -> new SecurityModuleException(
                        Kind.KEY_ABSENT,
                        "there is no vending key of " + name + "; import it, or correct the meter's data"));
        Policy.requireDerivable(key, meter);
        return key;
    }

    private static TokenNumber encrypt(BlockCipher cipher, KnownToken token) {
        return TokenFrame.insertClass(token.tokenClass(), cipher.encrypt(TokenFrame.block(token)));
    }

    private static IssuedMessage issued(
            IssueRequest request, BaseDate baseDate, List<TokenNumber> tokens, Instant now, boolean testOnly) {
        Instant issuedAt = now.truncatedTo(ChronoUnit.MILLIS);
        return new IssuedMessage(request, baseDate, new IssuedTokens(request.messageId(), tokens, issuedAt, testOnly));
    }
}
