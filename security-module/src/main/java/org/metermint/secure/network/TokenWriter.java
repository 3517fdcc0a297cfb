package org.metermint.secure.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssuedRecord;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.secure.network.wire.MeterConfigAdvice;
import org.metermint.secure.network.wire.MeterTestToken;
import org.metermint.secure.network.wire.Token;
import org.metermint.token.BaseDate;
import org.metermint.token.Control;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.ExtendedRead;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.InitiateMeterTestDisplay2;
import org.metermint.token.MeterPan;
import org.metermint.token.TestToken;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;

/**
 * Writes tokens as the interface shows them, from requests and results alone, so that a result reads the same whenever
 * it is fetched.
 */
final class TokenWriter {
    /** The carrier of tokens that are fetched, since a request does not say: numeric. */
    static final int NUMERIC_CARRIER = 2;

    private static final DecoderReferenceNumber ANY_SHORT = new DecoderReferenceNumber("00000000000");
    private static final DecoderReferenceNumber ANY_LONG = new DecoderReferenceNumber("0000000000000");
    private static final int[] SECTIONS = {3, 4, 8, 9};
    private static final int NO_IDENTIFIER = 0;

    private final ModuleIdentity identity;

    TokenWriter(ModuleIdentity identity) {
        this.identity = identity;
    }

    /** The tokens of results, in their order. */
    List<Token> tokens(List<IssuedRecord> issued, int carrier, KeyBook book) {
        List<Token> tokens = new ArrayList<>();
        for (IssuedRecord record : issued) {
            IssuedTokens result = record.tokens();
            switch (record.request()) {
                case IssueCredit credit -> tokens.add(one(credit.meter(), TokenMeaning.of(credit), result, carrier));
                case IssueCurrencyCredit credit ->
                    tokens.add(one(credit.meter(), TokenMeaning.of(credit), result, carrier));
                case IssueManagement management ->
                    tokens.add(one(management.meter(), TokenMeaning.of(management), result, carrier));
                case IssueKeyChange change -> tokens.addAll(sections(change, result, carrier, book));
                case IssueMeterTest test ->
                    throw new IllegalArgumentException("a meter test token is no token of a meter");
            }
        }
        return tokens;
    }

    private Token one(MeterKeyState meter, TokenMeaning meaning, IssuedTokens result, int carrier) {
        IssuedTokens.@Nullable IssuingKey key = result.key();
        @Nullable TokenIdentifier tid = key == null ? null : key.tid();
        String checkValue = key == null ? "" : key.checkValue();
        TokenNumber number = result.tokens().getFirst();
        return token(meter, carrier, meaning, tid, null, number, result.testOnly(), checkValue);
    }

    private List<Token> sections(IssueKeyChange change, IssuedTokens result, int carrier, KeyBook book) {
        MeterConfigAdvice advice = advice(change, result, carrier, book);
        String checkValue = result.key() == null ? "" : result.key().checkValue();
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < result.tokens().size(); i++) {
            tokens.add(token(
                    change.from(),
                    carrier,
                    TokenMeaning.ofSection(SECTIONS[i]),
                    null,
                    i == 0 ? advice : null,
                    result.tokens().get(i),
                    result.testOnly(),
                    checkValue));
        }
        return tokens;
    }

    private static MeterConfigAdvice advice(IssueKeyChange change, IssuedTokens result, int carrier, KeyBook book) {
        MeterKeyState to = change.to();
        Optional<VendingKeyInfo> newKey = book.find(VendingKeyName.of(to));
        Optional<BaseDate> oldBase = book.find(VendingKeyName.of(change.from())).map(VendingKeyInfo::baseDate);
        @Nullable BaseDate newBase = result.key() == null ? null : result.key().baseDate();
        IdentityRecord record = new IdentityRecord(
                to.pan(), "0000", carrier, to.algorithm(), to.supplyGroup(), to.tariffIndex(), to.revision());
        return new MeterConfigAdvice(
                to.supplyGroup().value(),
                to.revision().value(),
                to.tariffIndex().value(),
                newKey.map(key -> key.expiry().value()).orElse(255),
                record.digits(),
                "", // the layout of the second record of a magnetic card is not public
                oldBase.isPresent() && newBase != null && oldBase.get() != newBase,
                newKey.map(VendingKeyInfo::keyCheckValue).orElse(""));
    }

    /** A token that was read with a meter's key. */
    Token verified(
            MeterConfig meter,
            VendingKeyInfo key,
            TokenMeaning meaning,
            @Nullable TokenIdentifier tid,
            TokenNumber number) {
        MeterKeyState state = meter.state(key, meter.place().tariff());
        return token(state, meter.carrier(), meaning, tid, null, number, key.testOnly(), key.keyCheckValue());
    }

    private Token token(
            MeterKeyState meter,
            int carrier,
            TokenMeaning meaning,
            @Nullable TokenIdentifier tid,
            @Nullable MeterConfigAdvice advice,
            TokenNumber number,
            boolean testOnly,
            String checkValue) {
        return new Token(
                meter.pan().drn().digits(),
                meter.pan().digits(),
                meter.algorithm().number(),
                carrier,
                meter.supplyGroup().value(),
                meter.revision().value(),
                meter.tariffIndex().value(),
                meaning.tokenClass(),
                meaning.subclass(),
                tid == null ? NO_IDENTIFIER : tid.minutes(),
                meaning.amount().doubleValue(),
                tid != null && tid.isReserved(),
                advice,
                meaning.description(),
                meaning.unit(),
                meaning.scaled().toPlainString(),
                meaning.scaledUnit(),
                number.digits(),
                number.hex(),
                identity.text(testOnly),
                checkValue);
    }

    /** A meter test token. */
    static MeterTestToken meterTest(TestToken token, TokenNumber number) {
        Control control = switch (token) {
            case InitiateMeterTestDisplay1 test -> test.control();
            case InitiateMeterTestDisplay2 test -> test.control();
            case ExtendedRead read -> read.control();
        };
        boolean longCode = token instanceof InitiateMeterTestDisplay2;
        DecoderReferenceNumber any = longCode ? ANY_LONG : ANY_SHORT;
        return new MeterTestToken(
                any.digits(),
                MeterPan.of(any).digits(),
                1,
                token.subclass(),
                control.bits(),
                token.manufacturer().value(),
                "InitMeterTest",
                number.digits(),
                number.hex());
    }
}
