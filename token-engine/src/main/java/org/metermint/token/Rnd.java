package org.metermint.token;

/**
 * RND: four random bits, drawn where the token is made, that let two tokens of one content differ
 * (IEC 62055-41, RandomNo).
 *
 * @param value 0..15
 */
public record Rnd(int value) {
    public Rnd {
        Digits.checkRange("RND", value, 0, 15);
    }

    static Rnd ofBits(long bits) {
        return new Rnd((int) bits);
    }
}
