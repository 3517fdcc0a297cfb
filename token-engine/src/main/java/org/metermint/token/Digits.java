package org.metermint.token;

/** Decimal digits as text: the one place that checks and pads them. */
final class Digits {
    private Digits() {}

    /**
     * Checks that a text is exactly so many decimal digits.
     *
     * @throws IllegalArgumentException naming the field, what was found and what is wanted
     */
    static String require(String field, String text, int length) {
        int wrong = firstNonDigit(text);
        if (wrong >= 0) {
            throw new IllegalArgumentException(field + " has " + describe(text.charAt(wrong)) + " at position "
                    + (wrong + 1) + "; only the digits 0 to 9 are allowed");
        }
        if (text.length() != length) {
            throw new IllegalArgumentException(field + " has " + text.length() + " digits; it needs " + length);
        }
        return text;
    }

    /** Index of the first character that is not one of 0 to 9, or -1. */
    static int firstNonDigit(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return i;
            }
        }
        return -1;
    }

    /** A character as an error message may show it. */
    static String describe(char c) {
        return c >= ' ' && c < 127 ? "'" + c + "'" : String.format("character U+%04X", (int) c);
    }

    /** A number from 0 up in so many digits, padded with zeros. */
    static String pad(long value, int length) {
        String digits = Long.toString(value);
        return "0".repeat(Math.max(0, length - digits.length())) + digits;
    }

    static int checkRange(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + ".." + max);
        }
        return value;
    }
}
