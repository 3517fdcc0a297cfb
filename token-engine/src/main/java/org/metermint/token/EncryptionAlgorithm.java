package org.metermint.token;

/**
 * EA: the cipher a meter was built with. It is fixed for the life of the meter and part of the derivation of its
 * decoder key (IEC 62055-41, EncryptionAlgorithm).
 */
public enum EncryptionAlgorithm {
    /** STA, the Standard Transfer Algorithm: 64-bit keys and substitution tables that are handed to licensees. */
    EA07(7, 64),
    /** DEA, single DES: 64-bit keys. Withdrawn by the third edition of the standard. */
    EA09(9, 64),
    /** MISTY1: 128-bit keys, no secret tables. */
    EA11(11, 128);

    private final int number;
    private final int keyBits;

    EncryptionAlgorithm(int number, int keyBits) {
        this.number = number;
        this.keyBits = keyBits;
    }

    /**
     * The algorithm with the given number.
     *
     * @throws IllegalArgumentException if the number is none of 7, 9, 11
     */
    public static EncryptionAlgorithm ofNumber(int number) {
        for (EncryptionAlgorithm algorithm : values()) {
            if (algorithm.number == number) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("encryption algorithm " + number + " is none of 7, 9, 11");
    }

    /** The number: 7, 9 or 11. */
    public int number() {
        return number;
    }

    /** The two digits that key derivation and identity cards use: "07", "09" or "11". */
    public String code() {
        return number < 10 ? "0" + number : Integer.toString(number);
    }

    /** Length of a decoder key in bits: 64 or 128. */
    public int keyBits() {
        return keyBits;
    }
}
