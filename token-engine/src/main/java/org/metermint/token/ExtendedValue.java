package org.metermint.token;

import java.util.List;

/**
 * What an {@link ExtendedSet} token writes: the index of a register (6 bits) and its content (10 bits); index 63 means
 * the flags, with the number of the flag (9 bits) and its new state (STS 202-5).
 *
 * @param bits 0..65535
 */
public record ExtendedValue(int bits) {
    static final int FLAGS = 63;

    /** Names of flags as one published token interface gives them, by number. */
    private static final List<String> FLAG_NAMES = List.of(
            "compliance test",
            "detect tamper",
            "disconnect service",
            "disconnect on tamper",
            "disconnect on power limit",
            "disconnect on under-frequency",
            "prepayment of electricity",
            "prepayment of water",
            "prepayment of gas",
            "prepayment of time",
            "commissioning mode",
            "power limit when the tariff index is unknown");

    public ExtendedValue {
        Layout.requireBits("extended value", 16, bits);
    }

    static ExtendedValue ofBits(long bits) {
        return new ExtendedValue((int) bits);
    }

    /**
     * A register and its new content.
     *
     * @throws IllegalArgumentException if the index is outside 0..62 or the content outside 0..1023
     */
    public static ExtendedValue register(int index, int content) {
        Digits.checkRange("register index", index, 0, FLAGS - 1);
        return new ExtendedValue((index << 10) | Digits.checkRange("register content", content, 0, 1023));
    }

    /**
     * A flag and its new state.
     *
     * @throws IllegalArgumentException if the index is outside 0..511
     */
    public static ExtendedValue flag(int index, boolean state) {
        Digits.checkRange("flag index", index, 0, 511);
        return new ExtendedValue((FLAGS << 10) | (index << 1) | (state ? 1 : 0));
    }

    /** Whether a flag is written rather than a register. */
    public boolean isFlag() {
        return registerIndex() == FLAGS;
    }

    /** The register's index, 0..63; 63 means the flags. */
    public int registerIndex() {
        return bits >>> 10;
    }

    /** The register's new content, 0..1023. */
    public int content() {
        return bits & 1023;
    }

    /** The flag's number, 0..511. */
    public int flagIndex() {
        return content() >>> 1;
    }

    /** The flag's new state. */
    public boolean flagState() {
        return (bits & 1) == 1;
    }

    @Override
    public String toString() {
        if (!isFlag()) {
            return "register " + registerIndex() + " := " + content();
        }
        String name = flagIndex() < FLAG_NAMES.size() ? " (" + FLAG_NAMES.get(flagIndex()) + ")" : "";
        return "flag " + flagIndex() + name + " := " + (flagState() ? 1 : 0);
    }
}
