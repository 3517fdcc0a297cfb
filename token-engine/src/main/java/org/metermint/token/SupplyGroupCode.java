package org.metermint.token;

/**
 * SGC: the six digits that name a supply group, that is, the meters that share vending keys
 * (IEC 62055-41, SupplyGroupCode).
 *
 * @param value the six digits as one number, 0..999999
 */
public record SupplyGroupCode(int value) {
    public SupplyGroupCode {
        Digits.checkRange("supply group code", value, 0, 999_999);
    }

    /**
     * Reads exactly six digits.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static SupplyGroupCode parse(String digits) {
        return new SupplyGroupCode(Integer.parseInt(Digits.require("supply group code", digits, 6)));
    }

    /** The six digits. */
    public String digits() {
        return Digits.pad(value, 6);
    }

    @Override
    public String toString() {
        return digits();
    }
}
