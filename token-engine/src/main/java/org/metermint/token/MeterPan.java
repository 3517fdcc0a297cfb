package org.metermint.token;

/**
 * MeterPAN: the 18 digits that name a meter worldwide and go into its decoder key: issuer number (IIN), meter number
 * (DRN), and a check digit over both (IEC 62055-41, MeterPAN). The issuer number is 600727 before an 11-digit meter
 * number and 0000 before a 13-digit one.
 *
 * @param digits 18 digits with both check digits right
 */
public record MeterPan(String digits) {
    private static final String IIN_OF_13 = "0000";
    private static final String IIN_OF_11 = "600727";

    public MeterPan {
        Digits.require("meter PAN", digits, 18);
        if (!digits.startsWith(IIN_OF_13) && !digits.startsWith(IIN_OF_11)) {
            throw new IllegalArgumentException("meter PAN begins with " + digits.substring(0, 6)
                    + "; it must begin with 600727 (11-digit meter number) or 0000 (13-digit meter number)");
        }
        Luhn.requireCheckDigit("meter number within the PAN", digits.substring(iinLength(digits), 17));
        Luhn.requireCheckDigit("meter PAN", digits);
    }

    /**
     * Reads a PAN, leaving out the spaces and dashes with which people group digits.
     *
     * @throws IllegalArgumentException if it is not 18 digits, has another issuer number, or a check digit is wrong
     */
    public static MeterPan parse(String text) {
        return new MeterPan(TokenNumber.stripSeparators(text));
    }

    /** The PAN of a meter number. */
    public static MeterPan of(DecoderReferenceNumber drn) {
        String body = (drn.digits().length() == 11 ? IIN_OF_11 : IIN_OF_13) + drn.digits();
        return new MeterPan(body + Luhn.checkDigit(body));
    }

    private static int iinLength(String digits) {
        return digits.startsWith(IIN_OF_13) ? IIN_OF_13.length() : IIN_OF_11.length();
    }

    /** IIN: the issuer number, 600727 or 0000. */
    public String iin() {
        return digits.substring(0, iinLength(digits));
    }

    /** The meter number within. */
    public DecoderReferenceNumber drn() {
        return new DecoderReferenceNumber(digits.substring(iinLength(digits), 17));
    }

    @Override
    public String toString() {
        return digits;
    }
}
