package org.metermint.token.cipher;

/**
 * EA09: single DES (FIPS 46-3) under one key. Legacy: the third edition of the standard withdraws it, and 56 bits are
 * within the reach of anyone; it is here for meters that have it and for the derivation of Edition 1 keys.
 *
 * <p>The parity bits of the key are ignored. Written here rather than asked of the JDK, whose cipher objects are neither
 * free of look-ups nor fit for more than one thread, and which may drop the algorithm.
 */
public final class Ea09 implements BlockCipher {
    private static final int ROUNDS = 16;

    // The tables count as FIPS 46-3 does: from 1, the most significant bit first.
    // spotless:off
    private static final int[] INITIAL_PERMUTATION = {
        58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4,
        62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
        57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3,
        61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7
    };

    private static final int[] FINAL_PERMUTATION = {
        40, 8, 48, 16, 56, 24, 64, 32, 39, 7, 47, 15, 55, 23, 63, 31,
        38, 6, 46, 14, 54, 22, 62, 30, 37, 5, 45, 13, 53, 21, 61, 29,
        36, 4, 44, 12, 52, 20, 60, 28, 35, 3, 43, 11, 51, 19, 59, 27,
        34, 2, 42, 10, 50, 18, 58, 26, 33, 1, 41, 9, 49, 17, 57, 25
    };

    private static final int[] PERMUTED_CHOICE_1 = {
        57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18,
        10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
        63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22,
        14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4
    };

    private static final int[] PERMUTED_CHOICE_2 = {
        14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10,
        23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
        41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48,
        44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32
    };

    private static final int[] KEY_SHIFTS = {1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1};

    private static final int[] PERMUTATION = {
        16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11,
        4, 25
    };

    /** The eight substitutions, each of four rows of sixteen. */
    private static final int[][] SUBSTITUTIONS = {
        {
            14, 4, 13, 1, 2, 15, 11, 8, 3, 10, 6, 12, 5, 9, 0, 7, 0, 15, 7, 4, 14, 2, 13, 1, 10, 6, 12, 11, 9, 5, 3, 8,
            4, 1, 14, 8, 13, 6, 2, 11, 15, 12, 9, 7, 3, 10, 5, 0, 15, 12, 8, 2, 4, 9, 1, 7, 5, 11, 3, 14, 10, 0, 6, 13
        },
        {
            15, 1, 8, 14, 6, 11, 3, 4, 9, 7, 2, 13, 12, 0, 5, 10, 3, 13, 4, 7, 15, 2, 8, 14, 12, 0, 1, 10, 6, 9, 11, 5,
            0, 14, 7, 11, 10, 4, 13, 1, 5, 8, 12, 6, 9, 3, 2, 15, 13, 8, 10, 1, 3, 15, 4, 2, 11, 6, 7, 12, 0, 5, 14, 9
        },
        {
            10, 0, 9, 14, 6, 3, 15, 5, 1, 13, 12, 7, 11, 4, 2, 8, 13, 7, 0, 9, 3, 4, 6, 10, 2, 8, 5, 14, 12, 11, 15, 1,
            13, 6, 4, 9, 8, 15, 3, 0, 11, 1, 2, 12, 5, 10, 14, 7, 1, 10, 13, 0, 6, 9, 8, 7, 4, 15, 14, 3, 11, 5, 2, 12
        },
        {
            7, 13, 14, 3, 0, 6, 9, 10, 1, 2, 8, 5, 11, 12, 4, 15, 13, 8, 11, 5, 6, 15, 0, 3, 4, 7, 2, 12, 1, 10, 14, 9,
            10, 6, 9, 0, 12, 11, 7, 13, 15, 1, 3, 14, 5, 2, 8, 4, 3, 15, 0, 6, 10, 1, 13, 8, 9, 4, 5, 11, 12, 7, 2, 14
        },
        {
            2, 12, 4, 1, 7, 10, 11, 6, 8, 5, 3, 15, 13, 0, 14, 9, 14, 11, 2, 12, 4, 7, 13, 1, 5, 0, 15, 10, 3, 9, 8, 6,
            4, 2, 1, 11, 10, 13, 7, 8, 15, 9, 12, 5, 6, 3, 0, 14, 11, 8, 12, 7, 1, 14, 2, 13, 6, 15, 0, 9, 10, 4, 5, 3
        },
        {
            12, 1, 10, 15, 9, 2, 6, 8, 0, 13, 3, 4, 14, 7, 5, 11, 10, 15, 4, 2, 7, 12, 9, 5, 6, 1, 13, 14, 0, 11, 3, 8,
            9, 14, 15, 5, 2, 8, 12, 3, 7, 0, 4, 10, 1, 13, 11, 6, 4, 3, 2, 12, 9, 5, 15, 10, 11, 14, 1, 7, 6, 0, 8, 13
        },
        {
            4, 11, 2, 14, 15, 0, 8, 13, 3, 12, 9, 7, 5, 10, 6, 1, 13, 0, 11, 7, 4, 9, 1, 10, 14, 3, 5, 12, 2, 15, 8, 6,
            1, 4, 11, 13, 12, 3, 7, 14, 10, 15, 6, 8, 0, 5, 9, 2, 6, 11, 13, 8, 1, 4, 10, 7, 9, 5, 0, 15, 14, 2, 3, 12
        },
        {
            13, 2, 8, 4, 6, 15, 11, 1, 10, 9, 3, 14, 5, 0, 12, 7, 1, 15, 13, 8, 10, 3, 7, 4, 12, 5, 6, 11, 0, 14, 9, 2,
            7, 11, 4, 1, 9, 12, 14, 2, 0, 6, 10, 13, 15, 3, 5, 8, 2, 1, 14, 7, 4, 10, 8, 13, 15, 12, 9, 0, 3, 5, 6, 11
        }
    };
    // spotless:on

    /** Substitution and permutation of the round function in one: the entry of box b and six bits v is at b &lt;&lt; 6 | v. */
    private static final int[] SUBSTITUTE_AND_PERMUTE = substituteAndPermute();

    private final long[] roundKeys;

    /** The cipher under a key of 64 bits, of which the lowest of each octet is ignored. */
    public Ea09(long key) {
        this.roundKeys = roundKeys(key);
    }

    @Override
    public long encrypt(long block) {
        return apply(block, 0);
    }

    @Override
    public long decrypt(long block) {
        return apply(block, ROUNDS - 1);
    }

    /** The cipher with its round keys in order, or, to decrypt, in reverse: round r takes key r ^ flip. */
    private long apply(long block, int flip) {
        long permuted = permute(block, 64, INITIAL_PERMUTATION);
        int left = (int) (permuted >>> 32);
        int right = (int) permuted;
        for (int round = 0; round < ROUNDS; round++) {
            int next = left ^ roundFunction(right, roundKeys[round ^ flip]);
            left = right;
            right = next;
        }
        return permute((long) right << 32 | (left & 0xFFFF_FFFFL), 64, FINAL_PERMUTATION);
    }

    /** Eight groups of six neighbouring bits, each with its six bits of the key, through the eight boxes. */
    private static int roundFunction(int half, long roundKey) {
        int result = 0;
        for (int box = 0; box < 8; box++) {
            int group = Integer.rotateLeft(half, 4 * box + 5);
            int keyGroup = (int) (roundKey >>> (42 - 6 * box));
            result ^= SUBSTITUTE_AND_PERMUTE[box << 6 | ((group ^ keyGroup) & 63)];
        }
        return result;
    }

    private static long[] roundKeys(long key) {
        long chosen = permute(key, 64, PERMUTED_CHOICE_1);
        long left = chosen >>> 28;
        long right = chosen & 0xFFF_FFFF;
        long[] roundKeys = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            left = rotate28(left, KEY_SHIFTS[round]);
            right = rotate28(right, KEY_SHIFTS[round]);
            roundKeys[round] = permute(left << 28 | right, 56, PERMUTED_CHOICE_2);
        }
        return roundKeys;
    }

    private static long rotate28(long half, int places) {
        return (half << places | half >>> (28 - places)) & 0xFFF_FFFF;
    }

    private static int[] substituteAndPermute() {
        int[] merged = new int[8 << 6];
        for (int box = 0; box < 8; box++) {
            for (int bits = 0; bits < 64; bits++) {
                int row = (bits >>> 5) << 1 | (bits & 1);
                int column = (bits >>> 1) & 15;
                long substituted = (long) SUBSTITUTIONS[box][row << 4 | column] << (28 - 4 * box);
                merged[box << 6 | bits] = (int) permute(substituted, 32, PERMUTATION);
            }
        }
        return merged;
    }

    /** The bits that the table picks, in its order, from a value of the given width. */
    private static long permute(long value, int width, int[] table) {
        long permuted = 0;
        for (int place : table) {
            permuted = permuted << 1 | ((value >>> (width - place)) & 1);
        }
        return permuted;
    }

    @Override
    public String toString() {
        return "EA09";
    }
}
