package org.metermint.secure;

/**
 * Asks for a key change set: tokens under the key that the meter holds, carrying the key that it shall hold. Meter and
 * cipher are the same on both sides. The roll-over flag, the expiry number and the base date are the module's to decide,
 * from the two vending keys.
 *
 * @param sections how many tokens: 2, or 3 to carry the supply group too, for a key of 64 bits; 4 for a key of 128 bits
 */
public record IssueKeyChange(MessageId messageId, MeterKeyState from, MeterKeyState to, int sections)
        implements IssueRequest {
    public IssueKeyChange {
        if (sections < 2 || sections > 4) {
            throw new IllegalArgumentException("key change of " + sections + " sections is outside 2..4");
        }
        if (!from.pan().equals(to.pan()) || from.algorithm() != to.algorithm()) {
            throw new IllegalArgumentException(
                    "a key change keeps meter PAN and encryption algorithm; they differ between from and to");
        }
    }

    /** The set for a meter: four sections for a 128-bit key; two for a 64-bit key, or three if the supply group changes. */
    public static IssueKeyChange between(MessageId messageId, MeterKeyState from, MeterKeyState to) {
        boolean wide = from.algorithm().keyBits() == 128;
        boolean moves = !from.supplyGroup().equals(to.supplyGroup());
        return new IssueKeyChange(messageId, from, to, wide ? 4 : moves ? 3 : 2);
    }
}
