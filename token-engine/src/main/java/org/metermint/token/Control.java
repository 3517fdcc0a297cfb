package org.metermint.token;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The control field of a class 1 token: one bit for each test. It has 36 bits on tokens with a 2-digit manufacturer
 * code and 28 on those with a 4-digit one (IEC 62055-41, Control).
 *
 * @param bits at most 36 bits, the least significant being test 1
 */
public record Control(long bits) {
    static final int LONG_BITS = 36;
    static final int SHORT_BITS = 28;

    public Control {
        Layout.requireBits("control", LONG_BITS, bits);
    }

    static Control of(MeterTest test, int width) {
        return new Control(test == MeterTest.ALL ? (1L << width) - 1 : 1L << (test.number() - 1));
    }

    static Control requireShort(Control control) {
        Layout.requireBits("control", SHORT_BITS, control.bits);
        return control;
    }

    /** The tests asked for, by number; those that the standard does not name are left out. */
    public List<MeterTest> tests() {
        if (bits == (1L << LONG_BITS) - 1 || bits == (1L << SHORT_BITS) - 1) {
            return List.of(MeterTest.ALL);
        }
        Stream<MeterTest> named = Arrays.stream(MeterTest.values()).skip(1);
        return named.filter(test -> ((bits >>> (test.number() - 1)) & 1) == 1).toList();
    }

    @Override
    public String toString() {
        return Long.toHexString(bits).toUpperCase(Locale.ROOT);
    }
}
