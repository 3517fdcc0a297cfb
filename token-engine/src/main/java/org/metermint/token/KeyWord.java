package org.metermint.token;

/** 32 bits of a decoder key, as a key change token carries them. A secret: it is not printed and not serialised. */
public final class KeyWord {
    private final int bits;

    private KeyWord(int bits) {
        this.bits = bits;
    }

    /**
     * The word with the given bits.
     *
     * @throws IllegalArgumentException if they are more than 32; the message does not repeat them
     */
    public static KeyWord ofBits(long bits) {
        if (bits >>> 32 != 0) {
            throw new IllegalArgumentException("key word has more than 32 bits");
        }
        return new KeyWord((int) bits);
    }

    /** The 32 bits, in clear. */
    public long bits() {
        return Integer.toUnsignedLong(bits);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyWord word && word.bits == bits;
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "KeyWord[32 secret bits]";
    }
}
