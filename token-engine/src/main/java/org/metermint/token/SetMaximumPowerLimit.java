package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * SetMaximumPowerLimit, class 2, subclass 0: the power above which the meter opens its switch.
 *
 * @param rnd random bits
 * @param tid the minute of issue
 * @param limit the limit; between two steps of the code it rounds up
 */
public record SetMaximumPowerLimit(Rnd rnd, TokenIdentifier tid, PowerLimit limit) implements IdentifiedToken {
    static final Layout<SetMaximumPowerLimit> LAYOUT = Layout.of(
            SetMaximumPowerLimit.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 0),
            SetMaximumPowerLimit::new,
            bits("RND", 4, SetMaximumPowerLimit::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, SetMaximumPowerLimit::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("MPL", 16, SetMaximumPowerLimit::limit, PowerLimit::toBits, PowerLimit::ofBits));

    @Override
    public Layout<SetMaximumPowerLimit> layout() {
        return LAYOUT;
    }
}
