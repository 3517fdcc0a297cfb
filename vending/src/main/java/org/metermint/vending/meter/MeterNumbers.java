package org.metermint.vending.meter;

import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.MeterPan;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

/** Reads meter numbers as people write them. */
public final class MeterNumbers {
    private static final int MAX_TEXT = 64;

    private MeterNumbers() {}

    /**
     * Reads the number printed on a meter (11 or 13 digits) or the 18 digits of its PAN; spaces and dashes between
     * digits are left out.
     *
     * @throws RefusedException {@link RefusalCode#METER_NUMBER_INVALID}; for a wrong check digit the detail says which
     *     digit would fit
     */
    public static MeterPan parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new RefusedException(
                    RefusalCode.METER_NUMBER_INVALID,
                    "meter number of " + text.length() + " characters; it needs 11, 13 or 18 digits");
        }
        long digits = text.chars().filter(c -> c >= '0' && c <= '9').count();
        try {
            return digits == 18 ? MeterPan.parse(text) : MeterPan.of(DecoderReferenceNumber.parse(text));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.METER_NUMBER_INVALID, String.valueOf(e.getMessage()));
        }
    }
}
