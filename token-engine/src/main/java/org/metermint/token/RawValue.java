package org.metermint.token;

/**
 * Sixteen bits to which the standard gives no meaning that is public.
 *
 * @param bits 0..65535
 */
public record RawValue(int bits) {
    /** All zero. */
    public static final RawValue ZERO = new RawValue(0);

    public RawValue {
        Layout.requireBits("value", 16, bits);
    }

    static RawValue ofBits(long bits) {
        return new RawValue((int) bits);
    }

    @Override
    public String toString() {
        return String.format("%04X", bits);
    }
}
