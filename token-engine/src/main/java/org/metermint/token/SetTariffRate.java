package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * SetTariffRate, class 2, subclass 2. The content of the field is reserved for the STS Association.
 *
 * @param rnd random bits
 * @param tid the minute of issue
 * @param rate 16 bits
 */
public record SetTariffRate(Rnd rnd, TokenIdentifier tid, RawValue rate) implements IdentifiedToken {
    static final Layout<SetTariffRate> LAYOUT = Layout.of(
            SetTariffRate.class,
            Layout.Place.of(TokenClass.METER_SPECIFIC_MANAGEMENT, 2),
            SetTariffRate::new,
            bits("RND", 4, SetTariffRate::rnd, Rnd::value, Rnd::ofBits),
            bits("TID", 24, SetTariffRate::tid, TokenIdentifier::minutes, TokenIdentifier::ofBits),
            bits("Rate", 16, SetTariffRate::rate, RawValue::bits, RawValue::ofBits));

    @Override
    public Layout<SetTariffRate> layout() {
        return LAYOUT;
    }
}
