package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * InitiateMeterTest/Display1, class 1, subclass 0: tests and displays on meters with a 2-digit manufacturer code.
 *
 * @param control which tests, up to 36 bits
 * @param manufacturer whose meters, 0..255
 */
public record InitiateMeterTestDisplay1(Control control, ManufacturerCode manufacturer) implements TestToken {
    static final Layout<InitiateMeterTestDisplay1> LAYOUT = Layout.of(
            InitiateMeterTestDisplay1.class,
            Layout.Place.of(TokenClass.NON_METER_SPECIFIC_MANAGEMENT, 0),
            InitiateMeterTestDisplay1::new,
            bits("Control", Control.LONG_BITS, InitiateMeterTestDisplay1::control, Control::bits, Control::new),
            bits(
                    "MfrCode",
                    ManufacturerCode.SHORT_BITS,
                    InitiateMeterTestDisplay1::manufacturer,
                    ManufacturerCode::value,
                    ManufacturerCode::ofBits));

    public InitiateMeterTestDisplay1 {
        ManufacturerCode.requireShort(manufacturer);
    }

    /** The token for one test on the meters of every maker. */
    public static InitiateMeterTestDisplay1 of(MeterTest test) {
        return new InitiateMeterTestDisplay1(Control.of(test, Control.LONG_BITS), ManufacturerCode.ALL);
    }

    @Override
    public Layout<InitiateMeterTestDisplay1> layout() {
        return LAYOUT;
    }
}
