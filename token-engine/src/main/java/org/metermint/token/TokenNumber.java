package org.metermint.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A token as it travels: 66 bits, written as 20 decimal digits on a keypad (IEC 62055-51) or as 17 hexadecimal digits
 * between a point of sale and a security module.
 *
 * @param high the two most significant bits, 0..3
 * @param low the 64 bits below
 */
public record TokenNumber(int high, long low) {
    /** How many decimal digits a token has, in every edition of the standard. */
    public static final int DIGITS = 20;

    private static final long TEN_TO_10 = 10_000_000_000L;
    /** 2^64 = HIGH_UNIT_UPPER * 10^10 + HIGH_UNIT_LOWER. */
    private static final long HIGH_UNIT_UPPER = 1_844_674_407L;

    private static final long HIGH_UNIT_LOWER = 3_709_551_616L;
    /** The largest token, 2^66 - 1, in two halves of ten digits. */
    private static final long LARGEST_UPPER = 7_378_697_629L;

    private static final long LARGEST_LOWER = 4_838_206_463L;

    private static final VarHandle EIGHT_OCTETS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ASCII_ZEROS = 0x3030_3030_3030_3030L;

    public TokenNumber {
        Digits.checkRange("high bits of a token", high, 0, 3);
    }

    /**
     * Reads 20 digits as people type them: spaces, dashes and dots between digits are left out.
     *
     * @throws IllegalArgumentException if what remains is not 20 digits, or is 2^66 or more
     */
    public static TokenNumber parse(String text) {
        return ofDigits(stripSeparators(text));
    }

    /**
     * Reads exactly 20 digits.
     *
     * @throws IllegalArgumentException if the text is anything else, or is 2^66 or more
     */
    public static TokenNumber ofDigits(String digits) {
        Digits.require("token", digits, DIGITS);
        long upper = Long.parseLong(digits, 0, 10, 10);
        long lower = Long.parseLong(digits, 10, 20, 10);
        if (upper > LARGEST_UPPER || (upper == LARGEST_UPPER && lower > LARGEST_LOWER)) {
            throw new IllegalArgumentException(
                    "token " + digits + " is above 73786976294838206463, the largest number of 66 bits");
        }
        // upper * 10^10 + lower, as a 128-bit sum of which only 66 bits are in use
        long product = upper * TEN_TO_10;
        long low = product + lower;
        long high = Math.multiplyHigh(upper, TEN_TO_10) + (Long.compareUnsigned(low, product) < 0 ? 1 : 0);
        return new TokenNumber((int) high, low);
    }

    /** Leaves out the spaces, dashes and dots with which people group digits. */
    static String stripSeparators(String text) {
        StringBuilder digits = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isSeparator(c)) {
                digits.append(c);
            }
        }
        return digits.toString();
    }

    private static boolean isSeparator(char c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || c == '.'
                || c == '-'
                || (c >= '\u2010' && c <= '\u2015');
    }

    /** The 20 digits, padded with zeros on the left. */
    @SuppressWarnings("deprecation") // String(byte[], int) is the one constructor that copies ASCII without decoding
    public String digits() {
        byte[] ascii = new byte[DIGITS];
        writeDigits(ascii, 0);
        return new String(ascii, 0);
    }

    /**
     * Writes the 20 digits as ASCII, without allocating anything.
     *
     * @throws ArrayIndexOutOfBoundsException if fewer than 20 octets follow the offset
     */
    public void writeDigits(byte[] target, int offset) {
        writeDigits(high, low, target, offset);
    }

    private static void writeDigits(int high, long low, byte[] target, int offset) {
        // low as an unsigned number: both it and 10^10 are halved, since the JIT compiler turns only signed divisions
        // into multiplications
        long upper = (low >>> 1) / (TEN_TO_10 / 2);
        long lower = low - upper * TEN_TO_10 + high * HIGH_UNIT_LOWER;
        long carry = lower / TEN_TO_10;
        writeTen(upper + high * HIGH_UNIT_UPPER + carry, target, offset);
        writeTen(lower - carry * TEN_TO_10, target, offset + 10);
    }

    private static void writeTen(long value, byte[] target, int offset) {
        int firstTwo = (int) (value / 100_000_000);
        int tens = firstTwo / 10;
        target[offset] = (byte) ('0' + tens);
        target[offset + 1] = (byte) ('0' + firstTwo - 10 * tens);
        EIGHT_OCTETS.set(target, offset + 2, eightDigits((int) (value - firstTwo * 100_000_000L)));
    }

    /**
     * Eight ASCII digits, the first in the lowest octet. All of them are found at once, by halving: two numbers of four
     * digits in lanes of 32 bits, four of two digits in lanes of 16, eight digits in octets. In place of a division,
     * each lane is multiplied by a fraction that is exact for as many digits as the lane holds.
     */
    private static long eightDigits(int value) {
        int upper = value / 10_000;
        long fours = upper | (long) (value - upper * 10_000) << 32;
        long hundreds = ((fours * 10_486) >>> 20) & 0x0000_007F_0000_007FL;
        long twos = hundreds | (fours - 100 * hundreds) << 16;
        long tens = ((twos * 103) >>> 10) & 0x000F_000F_000F_000FL;
        return ASCII_ZEROS | tens | (twos - 10 * tens) << 8;
    }

    /** The 20 digits in five groups of four, as receipts print them. */
    public String grouped() {
        String digits = digits();
        StringBuilder groups = new StringBuilder(DIGITS + 4);
        for (int i = 0; i < DIGITS; i += 4) {
            if (i > 0) {
                groups.append(' ');
            }
            groups.append(digits, i, i + 4);
        }
        return groups.toString();
    }

    /** The 66 bits as 17 hexadecimal digits in upper case. */
    public String hex() {
        return String.format("%d%016X", high, low);
    }

    @Override
    public String toString() {
        return grouped();
    }
}
