package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * ClearCredit, class 2, subclass 1: sets a credit register of the meter to zero.
 *
 * @param rnd random bits
 * @param tid the minute of issue
 * @param register which credit
 */
public record ClearCredit(Rnd rnd, TokenIdentifier tid, CreditRegister register) implements IdentifiedToken {
    static final Layout<ClearCredit> LAYOUT = Layout.of(
            ClearCredit.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 1),
            ClearCredit::new,
            bits("RND", 4, ClearCredit::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, ClearCredit::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("Register", 16, ClearCredit::register, CreditRegister::number, CreditRegister::ofBits));

    @Override
    public Layout<ClearCredit> layout() {
        return LAYOUT;
    }
}
