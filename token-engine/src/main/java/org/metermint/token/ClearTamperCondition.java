package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * ClearTamperCondition, class 2, subclass 5: ends the state in which a meter is after somebody opened or bridged it.
 *
 * @param rnd random bits
 * @param tid the minute of issue
 * @param pad 16 bits without meaning, 0 on every token that Metermint issues
 */
public record ClearTamperCondition(Rnd rnd, TokenIdentifier tid, RawValue pad) implements IdentifiedToken {
    static final Layout<ClearTamperCondition> LAYOUT = Layout.of(
            ClearTamperCondition.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 5),
            ClearTamperCondition::new,
            bits("RND", 4, ClearTamperCondition::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, ClearTamperCondition::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("Pad", 16, ClearTamperCondition::pad, RawValue::bits, RawValue::ofBits));

    @Override
    public Layout<ClearTamperCondition> layout() {
        return LAYOUT;
    }
}
