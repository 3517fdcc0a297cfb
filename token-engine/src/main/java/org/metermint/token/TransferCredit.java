package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * TransferCredit, class 0, subclass 0 to 3: credit in units of electricity, water, gas or time.
 *
 * @param type what is credited, one of the four that count units
 * @param rnd random bits
 * @param tid the minute of issue
 * @param amount the credit; between two steps of the code it rounds up
 */
public record TransferCredit(CreditType type, Rnd rnd, TokenIdentifier tid, CreditAmount amount)
        implements IdentifiedToken {
    static final Layout<TransferCredit> LAYOUT = Layout.of(
            TransferCredit.class,
            Layout.Place.of(TokenClass.CREDIT_TRANSFER, 0, 3),
            TransferCredit::new,
            bits("SubClass", 4, TransferCredit::type, CreditType::subclass, CreditType::ofBits),
            bits("RND", 4, TransferCredit::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, TransferCredit::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("Amount", 16, TransferCredit::amount, CreditAmount::toBits, CreditAmount::ofBits));

    public TransferCredit {
        if (type.isCurrency()) {
            throw new IllegalArgumentException("credit type " + type + " counts money; use TransferCurrencyCredit");
        }
    }

    /**
     * What the layout says, as one expression: nearly every token is one of these, and the walk over a layout's fields
     * costs as much as the digits and needs the record on the heap.
     */
    @Override
    public long subclassAndPayload() {
        return (long) type.subclass() << 44 | (long) rnd.value() << 40 | (long) tid.minutes() << 16 | amount.toBits();
    }

    @Override
    public Layout<TransferCredit> layout() {
        return LAYOUT;
    }
}
