package org.metermint.token;

/**
 * DRN: the meter number printed on the meter: manufacturer code (2 or 4 digits), serial number (8 digits) and a Luhn
 * check digit (IEC 62055-41, DecoderReferenceNumber). The same serial under a 2-digit and a 4-digit manufacturer code
 * are two meters with different decoder keys.
 *
 * @param digits 11 digits (2 + 8 + 1) or 13 (4 + 8 + 1), the last being the check digit of the others
 */
public record DecoderReferenceNumber(String digits) {
    public DecoderReferenceNumber {
        int wanted = digits.length() > 11 ? 13 : 11;
        if (digits.length() != wanted && Digits.firstNonDigit(digits) < 0) {
            throw new IllegalArgumentException("meter number has " + digits.length()
                    + " digits; it needs 11 (2-digit manufacturer code) or 13 (4-digit manufacturer code)");
        }
        Digits.require("meter number", digits, wanted);
        Luhn.requireCheckDigit("meter number", digits);
    }

    /**
     * Reads a meter number, leaving out the spaces and dashes with which people group digits.
     *
     * @throws IllegalArgumentException if it is not 11 or 13 digits, or the check digit is wrong; the message says which
     *     digit would fit
     */
    public static DecoderReferenceNumber parse(String text) {
        return new DecoderReferenceNumber(TokenNumber.stripSeparators(text));
    }

    /** The manufacturer code: 2 or 4 digits. */
    public String manufacturerCode() {
        return digits.substring(0, digits.length() - 9);
    }

    /** DSN: the eight digits of the serial number. */
    public String serialNumber() {
        return digits.substring(digits.length() - 9, digits.length() - 1);
    }

    @Override
    public String toString() {
        return digits;
    }
}
