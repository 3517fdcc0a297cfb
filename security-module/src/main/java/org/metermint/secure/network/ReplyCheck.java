package org.metermint.secure.network;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.IssuedTokens.IssuingKey;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.wire.MeterConfigAdvice;
import org.metermint.secure.network.wire.MeterTestToken;
import org.metermint.secure.network.wire.Token;
import org.metermint.token.TestToken;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;

/**
 * Whether an answer is the answer to what was asked. A token that is not for this meter, this amount, this identifier
 * and this key is worth nothing to the customer, or too much, so that every field is compared before one digit goes
 * on.
 */
final class ReplyCheck {
    /** Subclasses of the sections of a key change, in their order. */
    private static final List<Integer> SECTIONS = List.of(3, 4, 8, 9);

    private static final int MANAGEMENT = 2;

    private final InstantSource clock;

    ReplyCheck(InstantSource clock) {
        this.clock = clock;
    }

    /** The answer is another one than that to the request. Names the field, and no meter or token. */
    static final class MisfitException extends Exception {
        private static final long serialVersionUID = 1;

        MisfitException(String field, Object actual, Object expected) {
            super(field + " is " + actual + "; expected " + expected);
        }

        MisfitException(String message) {
            super(message);
        }
    }

    /** One token of class 0 or 2. */
    IssuedTokens one(ClientOrder.One order, List<Token> tokens) throws MisfitException {
        require("number of tokens", tokens.size(), 1);
        Token token = tokens.getFirst();
        TokenNumber number = number(token.tokenDec(), token.tokenHex(), order.tokenClass());
        requireMeter(token, order.meter());
        require("tokenClass", token.tokenClass(), order.tokenClass());
        require("subclass", token.subclass(), order.subclass());
        requireKey(token, order.key());
        double amount = token.transferAmount();
        if (amount != order.amount().doubleValue() && amount != order.onToken().doubleValue()) {
            throw new MisfitException("transferAmount", amount, order.onToken());
        }
        require("isReservedTid", token.isReservedTid(), false);
        TokenIdentifier tid = identifier(token.tid());
        if (order.tid() != null) {
            require("tid", tid.minutes(), order.tid().minutes());
        }
        return issued(
                order.request().messageId(),
                List.of(number),
                order.key().testOnly(),
                new IssuingKey(order.key().baseDate(), tid, order.key().keyCheckValue()),
                tid.time(order.key().baseDate()));
    }

    /** A key change set. */
    IssuedTokens keyChange(ClientOrder.KeyChange order, List<Token> tokens) throws MisfitException {
        require("number of tokens", tokens.size(), order.request().sections());
        List<TokenNumber> numbers = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            numbers.add(number(token.tokenDec(), token.tokenHex(), MANAGEMENT));
            requireMeter(token, order.request().from());
            require("tokenClass", token.tokenClass(), MANAGEMENT);
            require("subclass", token.subclass(), SECTIONS.get(i));
            requireKey(token, order.from());
        }
        if (numbers.stream().distinct().count() != numbers.size()) {
            throw new MisfitException("two tokens of the key change are the same");
        }
        @Nullable MeterConfigAdvice advice = tokens.getFirst().newConfig();
        if (advice != null) {
            requireAdvice(advice, order);
        }
        return issued(
                order.request().messageId(),
                numbers,
                order.from().testOnly() || order.to().testOnly(),
                new IssuingKey(order.to().baseDate(), null, order.from().keyCheckValue()),
                now());
    }

    private static void requireAdvice(MeterConfigAdvice advice, ClientOrder.KeyChange order) throws MisfitException {
        MeterKeyState next = order.request().to();
        require("newConfig.toSgc", advice.toSgc(), next.supplyGroup().value());
        require("newConfig.toKrn", advice.toKrn(), next.revision().value());
        require("newConfig.toTi", advice.toTi(), next.tariffIndex().value());
        require("newConfig.toKen", advice.toKen(), order.to().expiry().value());
        require(
                "newConfig.rollover",
                advice.rollover(),
                order.from().baseDate() != order.to().baseDate());
        requireCheckValue("newConfig.toVkKcv", advice.toVkKcv(), order.to());
    }

    /** A meter test, which is not encrypted, so that its digits are known beforehand. */
    IssuedTokens meterTest(ClientOrder.MeterTest order, MeterTestToken token) throws MisfitException {
        TestToken asked = order.request().token();
        TokenNumber number =
                number(token.tokenDec(), token.tokenHex(), asked.tokenClass().number());
        if (!number.equals(TokenFrame.insertClass(asked.tokenClass(), TokenFrame.block(asked)))) {
            throw new MisfitException("the token is not that of the meter test");
        }
        return issued(order.request().messageId(), List.of(number), false, null, now());
    }

    /** Tokens that were found by their message id; what they were asked for with is not known. */
    IssuedTokens found(MessageId id, List<Token> tokens, ClientKeys keys) throws MisfitException {
        if (tokens.isEmpty()) {
            throw new MisfitException("there are no tokens under the message id, and no error either");
        }
        List<TokenNumber> numbers = new ArrayList<>();
        boolean testOnly = false;
        for (Token token : tokens) {
            numbers.add(number(token.tokenDec(), token.tokenHex(), token.tokenClass()));
            testOnly |= key(token.sgc(), token.krn(), token.vkKcv(), keys).testOnly();
        }
        Token last = tokens.getLast();
        VendingKeyInfo key = key(last.sgc(), last.krn(), last.vkKcv(), keys);
        boolean keyChange = last.tokenClass() == MANAGEMENT && SECTIONS.contains(last.subclass());
        if (!keyChange) {
            TokenIdentifier tid = identifier(last.tid());
            IssuingKey issuing = new IssuingKey(key.baseDate(), tid, key.keyCheckValue());
            return issued(id, numbers, testOnly, issuing, tid.time(key.baseDate()));
        }
        @Nullable MeterConfigAdvice advice = tokens.getFirst().newConfig();
        VendingKeyInfo next = advice == null ? key : key(advice.toSgc(), advice.toKrn(), advice.toVkKcv(), keys);
        IssuingKey issuing = new IssuingKey(next.baseDate(), null, key.keyCheckValue());
        return issued(id, numbers, testOnly || next.testOnly(), issuing, now());
    }

    private static VendingKeyInfo key(int group, int revision, String checkValue, ClientKeys keys)
            throws MisfitException {
        return keys.told(group, revision, checkValue)
                .orElseThrow(() -> new MisfitException(
                        "the vending key of the token (supply group " + group + ", revision " + revision
                                + ", check value " + ClientFaults.clean(checkValue) + ") is none that the module has"));
    }

    private IssuedTokens issued(
            MessageId id, List<TokenNumber> numbers, boolean testOnly, @Nullable IssuingKey key, Instant issuedAt) {
        return new IssuedTokens(id, numbers, issuedAt, testOnly, 0, key);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void requireMeter(Token token, MeterKeyState meter) throws MisfitException {
        if (!token.drn().equals(meter.pan().drn().digits())
                || !token.pan().equals(meter.pan().digits())) {
            throw new MisfitException("drn or pan is that of another meter");
        }
        require("ea", token.ea(), meter.algorithm().number());
        require("sgc", token.sgc(), meter.supplyGroup().value());
        require("krn", token.krn(), meter.revision().value());
        require("ti", token.ti(), meter.tariffIndex().value());
    }

    private static void requireKey(Token token, VendingKeyInfo key) throws MisfitException {
        requireCheckValue("vkKcv", token.vkKcv(), key);
    }

    private static void requireCheckValue(String field, String actual, VendingKeyInfo key) throws MisfitException {
        require(
                field,
                ClientFaults.clean(actual).toUpperCase(Locale.ROOT),
                key.keyCheckValue().toUpperCase(Locale.ROOT));
    }

    private static TokenIdentifier identifier(int minutes) throws MisfitException {
        if (minutes < 0 || minutes > TokenIdentifier.MAX_MINUTES) {
            throw new MisfitException("tid", minutes, "0.." + TokenIdentifier.MAX_MINUTES);
        }
        return new TokenIdentifier(minutes);
    }

    /** 20 digits which are the same 66 bits as the hexadecimal form, with the class in its two bits. */
    private static TokenNumber number(String digits, String hex, int tokenClass) throws MisfitException {
        TokenNumber number;
        try {
            number = TokenNumber.ofDigits(digits);
        } catch (IllegalArgumentException e) {
            throw new MisfitException("tokenDec is not a number of 20 digits and 66 bits");
        }
        if (!number.hex().equalsIgnoreCase(hex)) {
            throw new MisfitException("tokenHex is not tokenDec");
        }
        require("class in the token", TokenFrame.tokenClass(number).number(), tokenClass);
        return number;
    }

    private static void require(String field, Object actual, Object expected) throws MisfitException {
        if (!Objects.equals(actual, expected)) {
            throw new MisfitException(field, actual, expected);
        }
    }
}
