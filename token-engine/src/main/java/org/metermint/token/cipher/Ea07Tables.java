package org.metermint.token.cipher;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tables of EA07 and the cipher they make: two substitutions of four bits and a permutation of 64 bits.
 *
 * <p>Sixteen times, each of the sixteen nibbles of the block passes through the first or the second substitution, as a
 * bit of the key says; then bit i of the block moves to place {@code perm[i]}; then the key turns left by one bit.
 * The first round starts from the complement of the key, turned right by twelve. Decryption runs the same rounds
 * backwards through the inverse tables (IEC 62055-41, Standard Transfer Algorithm).
 *
 * <p>The tables that the standard prints are {@linkplain #sample() samples}. Those of meters in the field are handed
 * out by the STS Association to its licensees; an operator supplies them here, in the direction of encryption.
 *
 * <p>One round is one exclusive or of sixteen entries of a merged table: for each place of a nibble, each choice of
 * substitution and each value, the permuted outcome. Such a table takes 4 KiB, so that it stays in the nearest cache; one
 * by octets would save half of the look-ups and need 64 KiB. Immutable.
 */
public final class Ea07Tables {
    private static final int ROUNDS = 16;

    private static final Ea07Tables SAMPLE = new Ea07Tables(
            new int[] {12, 10, 8, 4, 3, 15, 0, 2, 14, 1, 5, 13, 6, 9, 7, 11},
            new int[] {6, 9, 7, 4, 3, 10, 12, 14, 2, 13, 1, 15, 0, 11, 8, 5},
            new int[] {
                29, 27, 34, 9, 16, 62, 55, 2, 40, 49, 38, 25, 33, 61, 30, 23,
                1, 41, 21, 57, 42, 15, 5, 58, 19, 53, 22, 17, 48, 28, 24, 39,
                3, 60, 36, 14, 11, 52, 54, 12, 31, 51, 10, 26, 0, 45, 37, 43,
                44, 6, 59, 4, 7, 35, 56, 50, 13, 18, 32, 47, 46, 63, 20, 8
            });

    private final int[] sub1;
    private final int[] sub2;
    private final int[] perm;

    /** A round of encryption. */
    private final Pass substituteAndMove;

    /** The permutation of the last round undone; the key has no part in it. */
    private final Pass moveBack;

    /** The substitution of a round and the permutation of the round before it undone. */
    private final Pass substituteAndMoveBack;

    /** The substitution of the first round undone. */
    private final Pass substituteBack;

    private Ea07Tables(int[] sub1, int[] sub2, int[] perm) {
        this.sub1 = sub1;
        this.sub2 = sub2;
        this.perm = perm;
        this.substituteAndMove = new Pass(sub1, sub2, perm);
        this.moveBack = new Pass(identity(16), identity(16), inverse(perm));
        this.substituteAndMoveBack = new Pass(inverse(sub1), inverse(sub2), inverse(perm));
        this.substituteBack = new Pass(inverse(sub1), inverse(sub2), identity(64));
    }

    /**
     * The SAMPLE tables, as IEC 62055-41 prints them. They prove an implementation and serve tests and demonstrations;
     * no meter that was sold to a utility accepts tokens made with them.
     */
    public static Ea07Tables sample() {
        return SAMPLE;
    }

    /**
     * Tables of an operator, in the direction of encryption. The arrays are copied.
     *
     * @param sub1 first substitution: 16 values 0..15, each once; used where the key bit is 0
     * @param sub2 second substitution: 16 values 0..15, each once; used where the key bit is 1
     * @param perm permutation: 64 values 0..63, each once; {@code perm[i]} is the place to which bit i moves, bit 0
     *     being the least significant
     * @throws IllegalArgumentException if a table is no bijection; the message names the table, the index and the value
     */
    public static Ea07Tables of(int[] sub1, int[] sub2, int[] perm) {
        return new Ea07Tables(bijection("sub1", sub1, 16), bijection("sub2", sub2, 16), bijection("perm", perm, 64));
    }

    private static int[] bijection(String name, int[] table, int size) {
        if (table.length != size) {
            throw new IllegalArgumentException(
                    "EA07 table " + name + " has " + table.length + " values; it must have " + size);
        }
        int[] copy = table.clone();
        int[] indexOf = new int[size];
        Arrays.fill(indexOf, -1);
        for (int i = 0; i < size; i++) {
            int value = copy[i];
            if (value < 0 || value >= size) {
                throw new IllegalArgumentException(
                        "EA07 table " + name + "[" + i + "] is " + value + ", outside 0.." + (size - 1));
            }
            if (indexOf[value] >= 0) {
                throw new IllegalArgumentException("EA07 table " + name + "[" + i + "] is " + value + ", which " + name
                        + "[" + indexOf[value] + "] already is; each of 0.." + (size - 1) + " must stand once");
            }
            indexOf[value] = i;
        }
        return copy;
    }

    /** Whether these are the sample tables of the standard, however they were made. */
    public boolean isSample() {
        return equals(SAMPLE);
    }

    /**
     * Encrypts one block, allocating nothing.
     *
     * @param key the 64-bit decoder key
     */
    public long encrypt(long key, long block) {
        long roundKey = Long.rotateRight(~key, 12);
        long data = block;
        for (int round = 0; round < ROUNDS; round++) {
            data = substituteAndMove.over(roundKey, data);
            roundKey = Long.rotateLeft(roundKey, 1);
        }
        return data;
    }

    /**
     * Decrypts one block, allocating nothing.
     *
     * @param key the 64-bit decoder key
     */
    public long decrypt(long key, long block) {
        long roundKey = Long.rotateLeft(Long.rotateRight(~key, 12), ROUNDS - 1);
        long data = moveBack.over(roundKey, block);
        for (int round = ROUNDS - 1; round > 0; round--) {
            data = substituteAndMoveBack.over(roundKey, data);
            roundKey = Long.rotateRight(roundKey, 1);
        }
        return substituteBack.over(roundKey, data);
    }

    private static int[] inverse(int[] bijection) {
        int[] inverse = new int[bijection.length];
        for (int i = 0; i < bijection.length; i++) {
            inverse[bijection[i]] = i;
        }
        return inverse;
    }

    private static int[] identity(int size) {
        return IntStream.range(0, size).toArray();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ea07Tables that
                && Arrays.equals(sub1, that.sub1)
                && Arrays.equals(sub2, that.sub2)
                && Arrays.equals(perm, that.perm);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {Arrays.hashCode(sub1), Arrays.hashCode(sub2), Arrays.hashCode(perm)});
    }

    /** Says whether these are the sample tables; an operator's tables are licensed matter and not shown. */
    @Override
    public String toString() {
        return isSample() ? "EA07 SAMPLE tables of IEC 62055-41" : "EA07 tables of the operator";
    }

    /** The substitution of every nibble and then the permutation, merged into one table. */
    private static final class Pass {
        private static final int OCTETS = 8;

        private static final long LOWER_NIBBLES = 0x0F0F_0F0F_0F0F_0F0FL;
        /** The highest key bit of each lower nibble, which chooses its substitution. */
        private static final long LOWER_KEY_BITS = 0x0808_0808_0808_0808L;

        private static final long UPPER_KEY_BITS = 0x8080_8080_8080_8080L;
        /** In the upper three bits of each octet, its number. */
        private static final long OCTET_NUMBERS = 0xE0C0_A080_6040_2000L;

        /** What the lower nibble of octet i becomes: at i &lt;&lt; 5 | its key bit &lt;&lt; 4 | its value. */
        private final long[] lower = new long[OCTETS << 5];
        /** The same for the upper nibbles. */
        private final long[] upper = new long[OCTETS << 5];

        Pass(int[] ifKeyBit0, int[] ifKeyBit1, int[] perm) {
            for (int octet = 0; octet < OCTETS; octet++) {
                for (int value = 0; value < 16; value++) {
                    int i = octet << 5 | value;
                    int place = 8 * octet;
                    lower[i] = move((long) ifKeyBit0[value] << place, perm);
                    lower[i | 1 << 4] = move((long) ifKeyBit1[value] << place, perm);
                    upper[i] = move((long) ifKeyBit0[value] << (place + 4), perm);
                    upper[i | 1 << 4] = move((long) ifKeyBit1[value] << (place + 4), perm);
                }
            }
        }

        private static long move(long bits, int[] perm) {
            long moved = 0;
            for (int i = 0; i < perm.length; i++) {
                moved |= ((bits >>> i) & 1) << perm[i];
            }
            return moved;
        }

        /** Spreads lower and upper nibbles over the octets of two words, so that every octet is the index of an entry. */
        long over(long roundKey, long data) {
            long lowerKeyBits = (roundKey & LOWER_KEY_BITS) << 1;
            long upperKeyBits = (roundKey & UPPER_KEY_BITS) >>> 3;
            return sum(lower, (data & LOWER_NIBBLES) | (lowerKeyBits | OCTET_NUMBERS))
                    ^ sum(upper, ((data >>> 4) & LOWER_NIBBLES) | (upperKeyBits | OCTET_NUMBERS));
        }

        private static long sum(long[] entries, long indices) {
            int low = (int) indices;
            int high = (int) (indices >>> 32);
            return entries[low & 255]
                    ^ entries[(low >>> 8) & 255]
                    ^ entries[(low >>> 16) & 255]
                    ^ entries[low >>> 24]
                    ^ entries[high & 255]
                    ^ entries[(high >>> 8) & 255]
                    ^ entries[(high >>> 16) & 255]
                    ^ entries[high >>> 24];
        }
    }
}
