package org.metermint.token;

/** The two class bits of a token, which are never encrypted (IEC 62055-41, Class). */
public enum TokenClass {
    /** Class 0: credit transfer, encrypted for one meter. */
    CREDIT_TRANSFER(0),
    /** Class 1: management that is not meter specific, that is, tests and displays; in clear. */
    NON_METER_SPECIFIC_MANAGEMENT(1),
    /** Class 2: meter specific management, encrypted for one meter. */
    METER_SPECIFIC_MANAGEMENT(2),
    /** Class 3: reserved; never issued, and refused. */
    RESERVED(3);

    private static final TokenClass[] VALUES = values();

    private final int number;

    TokenClass(int number) {
        this.number = number;
    }

    /**
     * The class with the given number.
     *
     * @throws IllegalArgumentException if the number is outside 0..3
     */
    public static TokenClass ofNumber(int number) {
        return VALUES[Digits.checkRange("class", number, 0, 3)];
    }

    /** The number: 0..3. */
    public int number() {
        return number;
    }

    /** Whether the tokens of this class are encrypted with the decoder key of one meter. */
    public boolean isEncrypted() {
        return this == CREDIT_TRANSFER || this == METER_SPECIFIC_MANAGEMENT;
    }
}
