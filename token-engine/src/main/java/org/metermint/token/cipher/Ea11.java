package org.metermint.token.cipher;

/**
 * EA11: the block cipher MISTY1 (RFC 2994) under one key of 128 bits. It has no secret tables.
 *
 * <p>Key and block are big endian. The key is eight words K of 16 bits; a second eight, P, come from them. Eight rounds
 * turn the two halves of the block by FO, a network of three FI; after every second round both halves pass through FL,
 * which is linear and mixes in the key. FI substitutes the upper nine and the lower seven bits of a word through S9 and
 * S7, then through S9 again after the key has been mixed in.
 *
 * <p>Here the words of K and of P stand in two longs each, so that encrypting under a new key allocates nothing; and the
 * first two substitutions of FI, each of which also adds one part of the word to the other, are tables of whole words.
 */
public final class Ea11 implements BlockCipher {
    // spotless:off
    /** Substitution of seven bits. */
    static final int[] S7 = {
        27, 50, 51, 90, 59, 16, 23, 84, 91, 26, 114, 115, 107, 44, 102, 73, 31, 36, 19, 108, 55, 46, 63, 74, 93, 15, 64,
        86, 37, 81, 28, 4, 11, 70, 32, 13, 123, 53, 68, 66, 43, 30, 65, 20, 75, 121, 21, 111, 14, 85, 9, 54, 116, 12,
        103, 83, 40, 10, 126, 56, 2, 7, 96, 41, 25, 18, 101, 47, 48, 57, 8, 104, 95, 120, 42, 76, 100, 69, 117, 61, 89,
        72, 3, 87, 124, 79, 98, 60, 29, 33, 94, 39, 106, 112, 77, 58, 1, 109, 110, 99, 24, 119, 35, 5, 38, 118, 0, 49,
        45, 122, 127, 97, 80, 34, 17, 6, 71, 22, 82, 78, 113, 62, 105, 67, 52, 92, 88, 125
    };

    /** Substitution of nine bits. */
    static final int[] S9 = {
        451, 203, 339, 415, 483, 233, 251, 53, 385, 185, 279, 491, 307, 9, 45, 211, 199, 330, 55, 126, 235, 356, 403,
        472, 163, 286, 85, 44, 29, 418, 355, 280, 331, 338, 466, 15, 43, 48, 314, 229, 273, 312, 398, 99, 227, 200, 500,
        27, 1, 157, 248, 416, 365, 499, 28, 326, 125, 209, 130, 490, 387, 301, 244, 414, 467, 221, 482, 296, 480, 236,
        89, 145, 17, 303, 38, 220, 176, 396, 271, 503, 231, 364, 182, 249, 216, 337, 257, 332, 259, 184, 340, 299, 430,
        23, 113, 12, 71, 88, 127, 420, 308, 297, 132, 349, 413, 434, 419, 72, 124, 81, 458, 35, 317, 423, 357, 59, 66,
        218, 402, 206, 193, 107, 159, 497, 300, 388, 250, 406, 481, 361, 381, 49, 384, 266, 148, 474, 390, 318, 284, 96,
        373, 463, 103, 281, 101, 104, 153, 336, 8, 7, 380, 183, 36, 25, 222, 295, 219, 228, 425, 82, 265, 144, 412, 449,
        40, 435, 309, 362, 374, 223, 485, 392, 197, 366, 478, 433, 195, 479, 54, 238, 494, 240, 147, 73, 154, 438, 105,
        129, 293, 11, 94, 180, 329, 455, 372, 62, 315, 439, 142, 454, 174, 16, 149, 495, 78, 242, 509, 133, 253, 246,
        160, 367, 131, 138, 342, 155, 316, 263, 359, 152, 464, 489, 3, 510, 189, 290, 137, 210, 399, 18, 51, 106, 322,
        237, 368, 283, 226, 335, 344, 305, 327, 93, 275, 461, 121, 353, 421, 377, 158, 436, 204, 34, 306, 26, 232, 4,
        391, 493, 407, 57, 447, 471, 39, 395, 198, 156, 208, 334, 108, 52, 498, 110, 202, 37, 186, 401, 254, 19, 262,
        47, 429, 370, 475, 192, 267, 470, 245, 492, 269, 118, 276, 427, 117, 268, 484, 345, 84, 287, 75, 196, 446, 247,
        41, 164, 14, 496, 119, 77, 378, 134, 139, 179, 369, 191, 270, 260, 151, 347, 352, 360, 215, 187, 102, 462, 252,
        146, 453, 111, 22, 74, 161, 313, 175, 241, 400, 10, 426, 323, 379, 86, 397, 358, 212, 507, 333, 404, 410, 135,
        504, 291, 167, 440, 321, 60, 505, 320, 42, 341, 282, 417, 408, 213, 294, 431, 97, 302, 343, 476, 114, 394, 170,
        150, 277, 239, 69, 123, 141, 325, 83, 95, 376, 178, 46, 32, 469, 63, 457, 487, 428, 68, 56, 20, 177, 363, 171,
        181, 90, 386, 456, 468, 24, 375, 100, 207, 109, 256, 409, 304, 346, 5, 288, 443, 445, 224, 79, 214, 319, 452,
        298, 21, 6, 255, 411, 166, 67, 136, 80, 351, 488, 289, 115, 382, 188, 194, 201, 371, 393, 501, 116, 460, 486,
        424, 405, 31, 65, 13, 442, 50, 61, 465, 128, 168, 87, 441, 354, 328, 217, 261, 98, 122, 33, 511, 274, 264, 448,
        169, 285, 432, 422, 205, 243, 92, 258, 91, 473, 324, 502, 173, 165, 58, 459, 310, 383, 70, 225, 30, 477, 230,
        311, 506, 389, 140, 143, 64, 437, 190, 120, 0, 172, 272, 350, 292, 2, 444, 162, 234, 112, 508, 278, 348, 76, 450
    };
    // spotless:on

    /** What the upper nine bits of a word contribute to the first half of FI. */
    private static final char[] UPPER = new char[512];

    /** What the lower seven bits of a word contribute to the first half of FI. */
    private static final char[] LOWER = new char[128];

    /** The second use of S9, as words. */
    private static final char[] NINE = new char[512];

    static {
        for (int d9 = 0; d9 < 512; d9++) {
            UPPER[d9] = (char) ((S9[d9] & 127) << 9 | S9[d9]);
            NINE[d9] = (char) S9[d9];
        }
        for (int d7 = 0; d7 < 128; d7++) {
            LOWER[d7] = (char) ((S7[d7] ^ d7) << 9 | d7);
        }
    }

    private final long keyHigh;
    private final long keyLow;
    private final long derivedHigh;
    private final long derivedLow;

    /**
     * The cipher under a key of 128 bits.
     *
     * @param keyHigh the first eight octets of the key
     * @param keyLow the last eight
     */
    public Ea11(long keyHigh, long keyLow) {
        this.keyHigh = keyHigh;
        this.keyLow = keyLow;
        this.derivedHigh = derivedWords(keyHigh, keyLow);
        this.derivedLow = derivedWords(keyLow, keyHigh);
    }

    @Override
    public long encrypt(long block) {
        return encrypt(keyHigh, keyLow, derivedHigh, derivedLow, block);
    }

    @Override
    public long decrypt(long block) {
        return decrypt(keyHigh, keyLow, derivedHigh, derivedLow, block);
    }

    /**
     * Encrypts one block under a key that is used once, allocating nothing.
     *
     * @param keyHigh the first eight octets of the key
     * @param keyLow the last eight
     */
    public static long encrypt(long keyHigh, long keyLow, long block) {
        return encrypt(keyHigh, keyLow, derivedWords(keyHigh, keyLow), derivedWords(keyLow, keyHigh), block);
    }

    /**
     * Decrypts one block under a key that is used once, allocating nothing.
     *
     * @param keyHigh the first eight octets of the key
     * @param keyLow the last eight
     */
    public static long decrypt(long keyHigh, long keyLow, long block) {
        return decrypt(keyHigh, keyLow, derivedWords(keyHigh, keyLow), derivedWords(keyLow, keyHigh), block);
    }

    private static long encrypt(long kh, long kl, long ph, long pl, long block) {
        long halves = block;
        halves = twoRounds(kh, kl, ph, pl, 0, halves);
        halves = twoRounds(kh, kl, ph, pl, 2, halves);
        halves = twoRounds(kh, kl, ph, pl, 4, halves);
        halves = twoRounds(kh, kl, ph, pl, 6, halves);
        int a = flEven(kh, kl, ph, pl, 8, (int) (halves >>> 32));
        int b = flOdd(kh, kl, ph, pl, 9, (int) halves);
        return join(b, a);
    }

    private static long twoRounds(long kh, long kl, long ph, long pl, int round, long halves) {
        int a = flEven(kh, kl, ph, pl, round, (int) (halves >>> 32));
        int b = flOdd(kh, kl, ph, pl, round + 1, (int) halves);
        b ^= fo(kh, kl, ph, pl, round, a);
        a ^= fo(kh, kl, ph, pl, round + 1, b);
        return join(a, b);
    }

    private static long decrypt(long kh, long kl, long ph, long pl, long block) {
        int a = flEvenInverse(kh, kl, ph, pl, 8, (int) block);
        int b = flOddInverse(kh, kl, ph, pl, 9, (int) (block >>> 32));
        long halves = join(a, b);
        halves = twoRoundsBack(kh, kl, ph, pl, 6, halves);
        halves = twoRoundsBack(kh, kl, ph, pl, 4, halves);
        halves = twoRoundsBack(kh, kl, ph, pl, 2, halves);
        return twoRoundsBack(kh, kl, ph, pl, 0, halves);
    }

    private static long twoRoundsBack(long kh, long kl, long ph, long pl, int round, long halves) {
        int a = (int) (halves >>> 32);
        int b = (int) halves;
        a ^= fo(kh, kl, ph, pl, round + 1, b);
        b ^= fo(kh, kl, ph, pl, round, a);
        return join(flEvenInverse(kh, kl, ph, pl, round, a), flOddInverse(kh, kl, ph, pl, round + 1, b));
    }

    /** FO: three FI; the first two run side by side. */
    private static int fo(long kh, long kl, long ph, long pl, int i, int half) {
        int left = half >>> 16;
        int right = half & 0xFFFF;
        int third = fi(left ^ word(kh, kl, i), word(ph, pl, i + 5)) ^ right;
        int fourth = fi(right ^ word(kh, kl, i + 2), word(ph, pl, i + 1)) ^ third;
        int fifth = fi(third ^ word(kh, kl, i + 7), word(ph, pl, i + 3)) ^ fourth;
        return (fourth ^ word(kh, kl, i + 4)) << 16 | fifth;
    }

    /** FI of a word under a key word. */
    private static int fi(int word, int key) {
        int mixed = UPPER[word >>> 7] ^ LOWER[word & 127] ^ key;
        return (mixed & 0xFE00) ^ (mixed >>> 9) ^ NINE[mixed & 511];
    }

    private static int flEven(long kh, long kl, long ph, long pl, int i, int half) {
        int right = half ^ ((half >>> 16) & word(kh, kl, i / 2));
        return right ^ (((right & 0xFFFF) | word(ph, pl, i / 2 + 6)) << 16);
    }

    private static int flOdd(long kh, long kl, long ph, long pl, int i, int half) {
        int right = half ^ ((half >>> 16) & word(ph, pl, i / 2 + 2));
        return right ^ (((right & 0xFFFF) | word(kh, kl, i / 2 + 4)) << 16);
    }

    private static int flEvenInverse(long kh, long kl, long ph, long pl, int i, int half) {
        int left = half ^ (((half & 0xFFFF) | word(ph, pl, i / 2 + 6)) << 16);
        return left ^ ((left >>> 16) & word(kh, kl, i / 2));
    }

    private static int flOddInverse(long kh, long kl, long ph, long pl, int i, int half) {
        int left = half ^ (((half & 0xFFFF) | word(kh, kl, i / 2 + 4)) << 16);
        return left ^ ((left >>> 16) & word(ph, pl, i / 2 + 2));
    }

    /** The four words P that belong to the words K in {@code these}; the one after them is the first of {@code next}. */
    private static long derivedWords(long these, long next) {
        long derived = 0;
        for (int i = 0; i < 4; i++) {
            derived = derived << 16 | fi(word(these, next, i), word(these, next, i + 1));
        }
        return derived;
    }

    /** Word i, modulo 8, of the eight in two longs. */
    private static int word(long high, long low, int i) {
        return (int) (((i & 4) == 0 ? high : low) >>> (48 - 16 * (i & 3))) & 0xFFFF;
    }

    private static long join(int upper, int lower) {
        return (long) upper << 32 | (lower & 0xFFFF_FFFFL);
    }

    @Override
    public String toString() {
        return "EA11";
    }
}
