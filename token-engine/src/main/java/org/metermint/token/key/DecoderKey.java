package org.metermint.token.key;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyWord;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.cipher.Ea07;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.cipher.Ea09;
import org.metermint.token.cipher.Ea11;

/**
 * DITK, DDTK, DUTK, DCTK: the key in a meter, with the cipher that the meter was built with (IEC 62055-41, DecoderKey).
 * It has 64 bits for EA07 and EA09, 128 for EA11.
 *
 * <p>A secret: it is not printed and compares in constant time. What shows it in clear says so in its name, or is one of
 * {@link #high}, {@link #low} and {@link #words}, which ciphers and key change tokens need. Immutable.
 */
public final class DecoderKey {
    private final EncryptionAlgorithm algorithm;
    private final long high;
    private final long low;

    private DecoderKey(EncryptionAlgorithm algorithm, long high, long low) {
        this.algorithm = algorithm;
        this.high = high;
        this.low = low;
    }

    /**
     * A key from its two halves.
     *
     * @param high the first 64 of 128 bits; 0 for a key of 64 bits
     * @param low the last 64 bits
     * @throws IllegalArgumentException if the cipher's keys have 64 bits and {@code high} is not 0
     */
    public static DecoderKey of(EncryptionAlgorithm algorithm, long high, long low) {
        if (algorithm.keyBits() == 64 && high != 0) {
            throw new IllegalArgumentException("decoder key has more than 64 bits; a key of " + algorithm + " has 64");
        }
        return new DecoderKey(algorithm, high, low);
    }

    /**
     * Reads 16 hexadecimal digits, or 32 for EA11.
     *
     * @throws IllegalArgumentException if there are more or fewer, or a character is no such digit; the message shows
     *     neither
     */
    public static DecoderKey parseHex(EncryptionAlgorithm algorithm, String hex) {
        byte[] octets = Hex.parse("decoder key of " + algorithm, hex, algorithm.keyBits() / 4);
        long high = 0;
        long low = 0;
        for (byte octet : octets) {
            high = high << 8 | low >>> 56;
            low = low << 8 | (octet & 0xFF);
        }
        return new DecoderKey(algorithm, high, low);
    }

    /** The cipher that the key is for. */
    public EncryptionAlgorithm algorithm() {
        return algorithm;
    }

    /** The first 64 of 128 bits; 0 for a key of 64 bits. */
    public long high() {
        return high;
    }

    /** The last 64 bits. */
    public long low() {
        return low;
    }

    /** The key in words of 32 bits, first to last: two or four. Key change tokens carry one each. */
    public List<KeyWord> words() {
        List<KeyWord> words = new ArrayList<>(4);
        if (algorithm.keyBits() == 128) {
            addWords(words, high);
        }
        addWords(words, low);
        return List.copyOf(words);
    }

    private static void addWords(List<KeyWord> words, long half) {
        words.add(KeyWord.ofBits(half >>> 32));
        words.add(KeyWord.ofBits(half & 0xFFFF_FFFFL));
    }

    /** The key's cipher. The tables matter for EA07 only. */
    public BlockCipher cipher(Ea07Tables tables) {
        return switch (algorithm) {
            case EA07 -> new Ea07(tables, low);
            case EA09 -> new Ea09(low);
            case EA11 -> new Ea11(high, low);
        };
    }

    /** The key in clear: 16 or 32 hexadecimal digits in lower case. */
    public String clearHex() {
        return algorithm.keyBits() == 128 ? String.format("%016x%016x", high, low) : String.format("%016x", low);
    }

    /** Whether the other is the same key for the same cipher, in a time that does not depend on the keys. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DecoderKey that
                && algorithm == that.algorithm
                && ((high ^ that.high) | (low ^ that.low)) == 0;
    }

    /** The same for all keys of a cipher: a hash of the key would be a part of the secret. */
    @Override
    public int hashCode() {
        return algorithm.number();
    }

    @Override
    public String toString() {
        return "DecoderKey[" + algorithm + ", " + algorithm.keyBits() + " secret bits]";
    }
}
