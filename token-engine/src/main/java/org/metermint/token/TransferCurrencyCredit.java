package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * TransferCredit, class 0, subclass 4 to 7: credit in money for electricity, water, gas or time, on meters that price.
 * The token has no random bits; in their place stand the sign and the upper bits of the exponent (S&amp;E), so that two
 * tokens of one TID and one amount are the same token. Its checksum is the CRC_C.
 *
 * @param type what is credited, one of the four that count money
 * @param tid the minute of issue
 * @param amount the credit, or with a minus what is taken back; between two codes it rounds in the customer's favour
 */
public record TransferCurrencyCredit(CreditType type, TokenIdentifier tid, CurrencyAmount amount)
        implements IdentifiedToken {
    static final Layout<TransferCurrencyCredit> LAYOUT = Layout.of(
            TransferCurrencyCredit.class,
            Layout.Place.of(TokenClass.CREDIT_TRANSFER, 4, 7),
            (type, signAndExponent, tid, amount) ->
                    new TransferCurrencyCredit(type, tid, CurrencyAmount.ofBits(signAndExponent, amount)),
            bits("SubClass", 4, TransferCurrencyCredit::type, CreditType::subclass, CreditType::ofBits),
            bits("S&E", 4, token -> token.amount().signAndExponent(), Long::longValue, Long::valueOf),
            bits("TID", 24, TransferCurrencyCredit::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("Amount", 16, token -> token.amount().amountBits(), Long::longValue, Long::valueOf));

    public TransferCurrencyCredit {
        if (!type.isCurrency()) {
            throw new IllegalArgumentException("credit type " + type + " counts units; use TransferCredit");
        }
    }

    @Override
    public Layout<TransferCurrencyCredit> layout() {
        return LAYOUT;
    }
}
