package org.metermint.token;

/** The check digit of meter numbers: Luhn's formula, modulus 10 (ISO/IEC 7812-1). */
public final class Luhn {
    private Luhn() {}

    /**
     * The digit that completes a number.
     *
     * @param body the digits before the check digit; may be empty, which gives 0
     * @throws IllegalArgumentException if the body holds anything but the digits 0 to 9
     */
    public static int checkDigit(CharSequence body) {
        int wrong = Digits.firstNonDigit(body);
        if (wrong >= 0) {
            throw new IllegalArgumentException("digits has " + Digits.describe(body.charAt(wrong)) + " at position "
                    + (wrong + 1) + "; only the digits 0 to 9 are allowed");
        }
        int sum = 0;
        boolean doubled = true;
        for (int i = body.length() - 1; i >= 0; i--) {
            int digit = body.charAt(i) - '0';
            if (doubled) {
                digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
            }
            sum += digit;
            doubled = !doubled;
        }
        return (10 - sum % 10) % 10;
    }

    /** Refuses a number whose last digit is not its check digit, and says which digit would fit. */
    static void requireCheckDigit(String field, String digits) {
        int last = digits.length() - 1;
        int wanted = checkDigit(digits.subSequence(0, last));
        int found = digits.charAt(last) - '0';
        if (wanted != found) {
            throw new IllegalArgumentException(field + " ends in the check digit " + found + ", but " + wanted
                    + " would fit; check the digits for a typing error");
        }
    }
}
