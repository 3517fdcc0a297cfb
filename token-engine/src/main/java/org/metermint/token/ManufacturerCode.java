package org.metermint.token;

/**
 * MfrCode on a class 1 token: whose meters are meant, in binary; 0 means those of every maker.
 *
 * @param value 0..65535; on a token with a 36-bit control field 0..255
 */
public record ManufacturerCode(int value) {
    /** The meters of every maker. */
    public static final ManufacturerCode ALL = new ManufacturerCode(0);

    static final int SHORT_BITS = 8;
    static final int LONG_BITS = 16;

    public ManufacturerCode {
        Layout.requireBits("manufacturer code", LONG_BITS, value);
    }

    static ManufacturerCode ofBits(long bits) {
        return new ManufacturerCode((int) bits);
    }

    static ManufacturerCode requireShort(ManufacturerCode code) {
        Layout.requireBits("manufacturer code", SHORT_BITS, code.value);
        return code;
    }

    /** Whether a meter of the given maker is meant. */
    public boolean includes(int manufacturer) {
        return value == 0 || value == manufacturer;
    }

    @Override
    public String toString() {
        return value == 0 ? "every maker" : Integer.toString(value);
    }
}
