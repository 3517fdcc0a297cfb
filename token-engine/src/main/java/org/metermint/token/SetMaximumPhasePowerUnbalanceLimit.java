package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * SetMaximumPhasePowerUnbalanceLimit, class 2, subclass 6: how far the phases of a meter may differ.
 *
 * @param rnd random bits
 * @param tid the minute of issue
 * @param limit the limit; between two steps of the code it rounds up
 */
public record SetMaximumPhasePowerUnbalanceLimit(Rnd rnd, TokenIdentifier tid, PowerLimit limit)
        implements IdentifiedToken {
    static final Layout<SetMaximumPhasePowerUnbalanceLimit> LAYOUT = Layout.of(
            SetMaximumPhasePowerUnbalanceLimit.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 6),
            SetMaximumPhasePowerUnbalanceLimit::new,
            bits("RND", 4, SetMaximumPhasePowerUnbalanceLimit::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, SetMaximumPhasePowerUnbalanceLimit::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("MPPUL", 16, SetMaximumPhasePowerUnbalanceLimit::limit, PowerLimit::toBits, PowerLimit::ofBits));

    @Override
    public Layout<SetMaximumPhasePowerUnbalanceLimit> layout() {
        return LAYOUT;
    }
}
