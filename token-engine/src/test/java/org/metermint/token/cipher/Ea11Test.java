package org.metermint.token.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.Vectors;
import tools.jackson.databind.JsonNode;

class Ea11Test {
    private static final long SEED = 2994;
    private static final int CASES = Boolean.getBoolean("metermint.full") ? 500_000 : 5_000;

    static Stream<JsonNode> vectors() {
        return Vectors.of("ea11_misty1.json");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void encryptAndDecrypt_vector_agree(JsonNode vector) {
        String key = vector.get("key").stringValue();
        long keyHigh = Long.parseUnsignedLong(key, 0, 16, 16);
        long keyLow = Long.parseUnsignedLong(key, 16, 32, 16);
        long block = hex(vector.get("block"));
        long cipher = hex(vector.get("cipher"));

        assertThat(new Ea11(keyHigh, keyLow).encrypt(block)).isEqualTo(cipher);
        assertThat(new Ea11(keyHigh, keyLow).decrypt(cipher)).isEqualTo(block);
        assertThat(Ea11.encrypt(keyHigh, keyLow, block)).isEqualTo(cipher);
        assertThat(Ea11.decrypt(keyHigh, keyLow, cipher)).isEqualTo(block);
    }

    @Test
    void tables_literals_areThoseOfTheFile() {
        JsonNode tables = Vectors.document("misty1_tables.json");

        assertThat(Ea11.S7).isEqualTo(ints(tables.get("s7")));
        assertThat(Ea11.S9).isEqualTo(ints(tables.get("s9")));
    }

    @Test
    void encryptAgreesWithTheModelAndDecryptInvertsIt() {
        Random random = new Random(SEED);
        for (int i = 0; i < CASES; i++) {
            long keyHigh = random.nextLong();
            long keyLow = random.nextLong();
            long block = random.nextLong();
            long cipher = Ea11.encrypt(keyHigh, keyLow, block);

            assertThat(cipher).as("seed %d, case %d", SEED, i).isEqualTo(new Model(keyHigh, keyLow).encrypt(block));
            assertThat(Ea11.decrypt(keyHigh, keyLow, cipher))
                    .as("seed %d, case %d", SEED, i)
                    .isEqualTo(block);
        }
    }

    private static int[] ints(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private static long hex(JsonNode node) {
        return Long.parseUnsignedLong(node.stringValue(), 16);
    }

    /** MISTY1 as RFC 2994 tells it: words in arrays, the substitutions apart. */
    private static final class Model {
        private final int[] k = new int[8];
        private final int[] p = new int[8];

        Model(long keyHigh, long keyLow) {
            for (int i = 0; i < 8; i++) {
                k[i] = (int) ((i < 4 ? keyHigh : keyLow) >>> (48 - 16 * (i % 4))) & 0xFFFF;
            }
            for (int i = 0; i < 8; i++) {
                p[i] = fi(k[i], k[(i + 1) % 8]);
            }
        }

        long encrypt(long block) {
            int[] a = {(int) (block >>> 48) & 0xFFFF, (int) (block >>> 32) & 0xFFFF};
            int[] b = {(int) (block >>> 16) & 0xFFFF, (int) block & 0xFFFF};
            for (int round = 0; round < 8; round += 2) {
                fl(a, round);
                fl(b, round + 1);
                addFo(b, a, round);
                addFo(a, b, round + 1);
            }
            fl(a, 8);
            fl(b, 9);
            return (long) b[0] << 48 | (long) b[1] << 32 | (long) a[0] << 16 | a[1];
        }

        private void addFo(int[] target, int[] source, int i) {
            int a = fi(source[0] ^ k[i], p[(i + 5) % 8]) ^ source[1];
            int b = fi(source[1] ^ k[(i + 2) % 8], p[(i + 1) % 8]) ^ a;
            a = fi(a ^ k[(i + 7) % 8], p[(i + 3) % 8]) ^ b;
            b ^= k[(i + 4) % 8];
            target[0] ^= b;
            target[1] ^= a;
        }

        private void fl(int[] half, int i) {
            if (i % 2 == 0) {
                half[1] ^= half[0] & k[i / 2];
                half[0] ^= half[1] | p[(i / 2 + 6) % 8];
            } else {
                half[1] ^= half[0] & p[(i / 2 + 2) % 8];
                half[0] ^= half[1] | k[(i / 2 + 4) % 8];
            }
        }

        private static int fi(int word, int key) {
            int d9 = word >>> 7;
            int d7 = word & 127;
            d9 = Ea11.S9[d9] ^ d7;
            d7 = Ea11.S7[d7] ^ (d9 & 127);
            d7 ^= key >>> 9;
            d9 ^= key & 511;
            d9 = Ea11.S9[d9] ^ d7;
            return d7 << 9 | d9;
        }
    }
}
