package org.metermint.token;

/**
 * KEN: the last step of the token identifier, of 65,536 minutes each, at which a key is still good
 * (IEC 62055-41, KeyExpiryNumber).
 *
 * @param value 0..255; 255 means that the key lasts as long as its base date
 */
public record KeyExpiryNumber(int value) {
    /** The key lasts as long as its base date. */
    public static final KeyExpiryNumber NEVER = new KeyExpiryNumber(255);

    public KeyExpiryNumber {
        Digits.checkRange("key expiry number", value, 0, 255);
    }

    /** Whether a token with this identifier is too late for the key; the same rule at the point of sale and in the meter. */
    public boolean isExpiredAt(TokenIdentifier tid) {
        return tid.minutes() >>> 16 > value;
    }

    /** The last token identifier that the key is good for. */
    public TokenIdentifier lastGood() {
        return new TokenIdentifier(value << 16 | 0xFFFF);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
