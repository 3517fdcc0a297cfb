package org.metermint.token.decode;

import java.time.Instant;
import java.util.Optional;
import org.metermint.token.IdentifiedToken;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KeyType;
import org.metermint.token.KnownToken;
import org.metermint.token.MalformedToken;
import org.metermint.token.Set3rdSectionSupplyGroupCode;
import org.metermint.token.TestToken;
import org.metermint.token.Token;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.token.UnknownToken;

/**
 * The decoder of a payment meter as a pure function: digits, state and time give a {@link Decision}, which holds the
 * next state, and nothing else changes. The steps are those of the standard, in its order: format, class, decryption,
 * authentication, validation, execution, cancellation; the first that fails is the answer (IEC 62055-41, token
 * processing in the meter).
 */
public final class Decoder {
    private final DecoderFacts facts;

    /** A decoder that was built in this way. */
    public Decoder(DecoderFacts facts) {
        this.facts = facts;
    }

    /**
     * What the meter answers to the digits that were keyed in. Spaces and dashes between them are left out.
     *
     * @param digits as typed
     * @param state as stored after the last token
     * @param now decides only whether a key change set that was begun has taken too long
     * @param execution what the meter can do
     */
    public Decision enter(String digits, DecoderState state, Instant now, TokenExecution execution) {
        TokenNumber number;
        try {
            number = TokenNumber.parse(digits);
        } catch (IllegalArgumentException e) {
            return reject(Rejection.FORMAT_ERROR, state);
        }
        return enter(number, state, now, execution);
    }

    /** What the meter answers to a token that arrived as a number. */
    public Decision enter(TokenNumber number, DecoderState state, Instant now, TokenExecution execution) {
        DecoderState present = state.withKeyChange(state.keyChange().at(now, facts.keyChangeLimit()));
        TokenClass tokenClass = TokenFrame.tokenClass(number);
        if (tokenClass == TokenClass.RESERVED) {
            return reject(Rejection.FUNCTION_ERROR, present);
        }
        long block = TokenFrame.extractBlock(number);
        if (tokenClass.isEncrypted()) {
            block = present.register().key().cipher(facts.ea07Tables()).decrypt(block);
        }
        if (!TokenFrame.isAuthentic(tokenClass, block)) {
            return reject(Rejection.CRC_ERROR, present);
        }
        return switch (TokenFrame.read(tokenClass, block, facts.algorithm().keyBits())) {
            case UnknownToken token -> reject(Rejection.FUNCTION_ERROR, token, present);
            case MalformedToken token -> reject(Rejection.RANGE_ERROR, token, present);
            case KnownToken token -> decide(token, present, now, execution);
        };
    }

    private Decision decide(KnownToken token, DecoderState state, Instant now, TokenExecution execution) {
        return switch (token) {
            case TestToken t -> test(t, state, execution);
            case IdentifiedToken t -> once(t, state, execution);
            case Set3rdSectionSupplyGroupCode t
            when !facts.takesSupplyGroup() -> reject(Rejection.FUNCTION_ERROR, t, state);
            case KeyChangeToken t -> keyChange(t, state, now, execution);
        };
    }

    /** A class 1 token: it works as often as it is entered, on the meters of the maker that it names. */
    private Decision test(TestToken token, DecoderState state, TokenExecution execution) {
        if (!token.manufacturer().includes(facts.manufacturerCode())) {
            return reject(Rejection.MFR_CODE_ERROR, token, state);
        }
        return execution
                .refusalOf(token)
                .<Decision>map(reason -> reject(reason, token, state))
                .orElseGet(() -> new Decision.Accepted(token, state));
    }

    /** A token with an identifier: it works once. */
    private Decision once(IdentifiedToken token, DecoderState state, TokenExecution execution) {
        return invalidity(token, state)
                .or(() -> keyTypeRefusal(token, state))
                .or(() -> execution.refusalOf(token))
                .<Decision>map(reason -> reject(reason, token, state))
                .orElseGet(() -> new Decision.Accepted(
                        token, state.withMemory(state.memory().with(token.tid()))));
    }

    private Optional<Rejection> invalidity(IdentifiedToken token, DecoderState state) {
        TokenIdentifier tid = token.tid();
        if (state.memory().isOld(tid)) {
            return Optional.of(Rejection.OLD_ERROR);
        }
        if (state.memory().isUsed(tid)) {
            return Optional.of(Rejection.USED_ERROR);
        }
        if (facts.checksKeyExpiry() && state.register().expiry().isExpiredAt(tid)) {
            return Optional.of(Rejection.KEY_EXPIRED_ERROR);
        }
        return isCredit(token) && state.register().type() == KeyType.DDTK
                ? Optional.of(Rejection.DDTK_ERROR)
                : Optional.empty();
    }

    private Optional<Rejection> keyTypeRefusal(KnownToken token, DecoderState state) {
        boolean common = state.register().type() == KeyType.DCTK;
        return isCredit(token) && common && !facts.takesCommonKey()
                ? Optional.of(Rejection.KEY_TYPE_ERROR)
                : Optional.empty();
    }

    private static boolean isCredit(KnownToken token) {
        return token.tokenClass() == TokenClass.CREDIT_TRANSFER;
    }

    /** A section of a key change set: it has no identifier, and only a complete set changes anything. */
    private Decision keyChange(KeyChangeToken token, DecoderState state, Instant now, TokenExecution execution) {
        Optional<Rejection> refusal = execution.refusalOf(token);
        if (refusal.isPresent()) {
            return reject(refusal.get(), token, state);
        }
        KeyChangeProgress progress = state.keyChange().with(token, now);
        Optional<KeyChangeProgress.NewKey> complete;
        try {
            complete = progress.complete(facts.algorithm(), facts.takesSupplyGroup());
        } catch (IllegalArgumentException e) {
            return reject(Rejection.RANGE_ERROR, token, state.withKeyChange(KeyChangeProgress.NONE));
        }
        return complete.<Decision>map(newKey -> replaceKey(token, newKey, state))
                .orElseGet(() -> new Decision.SectionKept(token.section(), state.withKeyChange(progress)));
    }

    private static Decision replaceKey(KnownToken last, KeyChangeProgress.NewKey newKey, DecoderState state) {
        KeyType present = state.register().type();
        KeyType next = newKey.first().type();
        if (present != next && !present.mayBeParentOf(next)) {
            return reject(Rejection.KEY_TYPE_ERROR, last, state.withKeyChange(KeyChangeProgress.NONE));
        }
        TidMemory memory = newKey.first().rollover() ? state.memory().emptied() : state.memory();
        return new Decision.Accepted(last, new DecoderState(newKey.inPlaceOf(state.register()), memory));
    }

    private static Decision.Rejected reject(Rejection reason, DecoderState state) {
        return new Decision.Rejected(reason, Optional.empty(), state);
    }

    private static Decision.Rejected reject(Rejection reason, Token token, DecoderState state) {
        return new Decision.Rejected(reason, Optional.of(token), state);
    }
}
