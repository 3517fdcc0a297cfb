package org.metermint.token;

/**
 * TI: the two digits that say which of the utility's tariffs a meter is sold by; a part of the decoder key, so that a
 * meter moves to another tariff only by a key change (IEC 62055-41, TariffIndex).
 *
 * @param value 0..99
 */
public record TariffIndex(int value) {
    public TariffIndex {
        Digits.checkRange("tariff index", value, 0, 99);
    }

    /**
     * Reads exactly two digits.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static TariffIndex parse(String digits) {
        return new TariffIndex(Integer.parseInt(Digits.require("tariff index", digits, 2)));
    }

    /** The two digits. */
    public String digits() {
        return Digits.pad(value, 2);
    }

    @Override
    public String toString() {
        return digits();
    }
}
