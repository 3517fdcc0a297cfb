package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * Extended token set, class 2, subclass 10: writes a register or a flag of the meter (STS 202-5).
 *
 * @param rnd random bits
 * @param tid the minute of issue
 * @param value what is written
 */
public record ExtendedSet(Rnd rnd, TokenIdentifier tid, ExtendedValue value) implements IdentifiedToken {
    static final Layout<ExtendedSet> LAYOUT = Layout.of(
            ExtendedSet.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 10),
            ExtendedSet::new,
            bits("RND", 4, ExtendedSet::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, ExtendedSet::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("Value", 16, ExtendedSet::value, ExtendedValue::bits, ExtendedValue::ofBits));

    @Override
    public Layout<ExtendedSet> layout() {
        return LAYOUT;
    }
}
