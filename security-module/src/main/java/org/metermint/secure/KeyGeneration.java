package org.metermint.secure;

/** DKGA: how decoder keys are derived from a vending key (IEC 62055-41, DecoderKeyGenerationAlgorithm). */
public enum KeyGeneration {
    /** Single DES with a 64-bit vending key; decoder keys of 64 bits. Edition 1. */
    DKGA02(2, 8),
    /** HMAC-SHA-256 with a 160-bit vending key; decoder keys of 64 and 128 bits. Edition 2. */
    DKGA04(4, 20);

    private final int number;
    private final int keyOctets;

    KeyGeneration(int number, int keyOctets) {
        this.number = number;
        this.keyOctets = keyOctets;
    }

    /**
     * The algorithm with the given number.
     *
     * @throws IllegalArgumentException if the number is neither 2 nor 4
     */
    public static KeyGeneration ofNumber(int number) {
        return switch (number) {
            case 2 -> DKGA02;
            case 4 -> DKGA04;
            default -> throw new IllegalArgumentException("key generation algorithm " + number + " is neither 2 nor 4");
        };
    }

    /** The number: 2 or 4. */
    public int number() {
        return number;
    }

    /** Length of a vending key: 8 or 20 octets. */
    public int keyOctets() {
        return keyOctets;
    }
}
