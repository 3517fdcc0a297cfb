package org.metermint.token;

import static org.metermint.token.Field.bits;

/**
 * InitiateMeterTest/Display2, class 1, subclass 1: tests and displays on meters with a 4-digit manufacturer code.
 *
 * @param control which tests, up to 28 bits
 * @param manufacturer whose meters
 */
public record InitiateMeterTestDisplay2(Control control, ManufacturerCode manufacturer) implements TestToken {
    static final Layout<InitiateMeterTestDisplay2> LAYOUT = Layout.of(
            InitiateMeterTestDisplay2.class,
            Layout.Place.of(TokenClass.NON_METER_SPECIFIC_MANAGEMENT, 1),
            InitiateMeterTestDisplay2::new,
            bits("Control", Control.SHORT_BITS, InitiateMeterTestDisplay2::control, Control::bits, Control::new),
            bits(
                    "MfrCode",
                    ManufacturerCode.LONG_BITS,
                    InitiateMeterTestDisplay2::manufacturer,
                    ManufacturerCode::value,
                    ManufacturerCode::ofBits));

    public InitiateMeterTestDisplay2 {
        Control.requireShort(control);
    }

    /** The token for one test on the meters of every maker. */
    public static InitiateMeterTestDisplay2 of(MeterTest test) {
        return new InitiateMeterTestDisplay2(Control.of(test, Control.SHORT_BITS), ManufacturerCode.ALL);
    }

    @Override
    public Layout<InitiateMeterTestDisplay2> layout() {
        return LAYOUT;
    }
}
