package org.metermint.token;

/**
 * KRN: which of the successive vending keys of a supply group a decoder key comes from
 * (IEC 62055-41, KeyRevisionNumber).
 *
 * @param value 1..9
 */
public record KeyRevisionNumber(int value) {
    public KeyRevisionNumber {
        Digits.checkRange("key revision number", value, 1, 9);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
