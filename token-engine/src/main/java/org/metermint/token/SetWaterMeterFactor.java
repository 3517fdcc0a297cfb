package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * SetWaterMeterFactor, class 2, subclass 7. The content of the field is reserved for the STS Association.
 *
 * @param rnd random bits
 * @param tid the minute of issue
 * @param factor 16 bits
 */
public record SetWaterMeterFactor(Rnd rnd, TokenIdentifier tid, RawValue factor) implements IdentifiedToken {
    static final Layout<SetWaterMeterFactor> LAYOUT = Layout.of(
            SetWaterMeterFactor.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 7),
            SetWaterMeterFactor::new,
            bits("RND", 4, SetWaterMeterFactor::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, SetWaterMeterFactor::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("WMFactor", 16, SetWaterMeterFactor::factor, RawValue::bits, RawValue::ofBits));

    @Override
    public Layout<SetWaterMeterFactor> layout() {
        return LAYOUT;
    }
}
