package org.metermint.token.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.Vectors;
import tools.jackson.databind.JsonNode;

class Ea07Test {
    private static final long SEED = 20_140_101;
    private static final int TABLES = Boolean.getBoolean("metermint.full") ? 20_000 : 200;
    private static final int[] SUB1 = {12, 10, 8, 4, 3, 15, 0, 2, 14, 1, 5, 13, 6, 9, 7, 11};
    private static final int[] SUB2 = {6, 9, 7, 4, 3, 10, 12, 14, 2, 13, 1, 15, 0, 11, 8, 5};
    private static final int[] PERM = {
        29, 27, 34, 9, 16, 62, 55, 2, 40, 49, 38, 25, 33, 61, 30, 23,
        1, 41, 21, 57, 42, 15, 5, 58, 19, 53, 22, 17, 48, 28, 24, 39,
        3, 60, 36, 14, 11, 52, 54, 12, 31, 51, 10, 26, 0, 45, 37, 43,
        44, 6, 59, 4, 7, 35, 56, 50, 13, 18, 32, 47, 46, 63, 20, 8
    };

    static Stream<JsonNode> vectors() {
        return Vectors.of("ea07_sample.json");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void encryptAndDecrypt_vector_agree(JsonNode vector) {
        long key = hex(vector.get("key"));
        long block = hex(vector.get("block"));
        long cipher = hex(vector.get("cipher"));
        BlockCipher ea07 = new Ea07(Ea07Tables.sample(), key);

        assertThat(ea07.encrypt(block)).isEqualTo(cipher);
        assertThat(ea07.decrypt(cipher)).isEqualTo(block);
    }

    @Test
    void model_workedExample_agreesInEveryRound() {
        JsonNode example =
                vectors().filter(vector -> vector.has("rounds")).findFirst().orElseThrow();
        Model model = new Model(SUB1, SUB2, PERM);
        long roundKey = model.firstRoundKey(hex(example.get("key")));
        long data = hex(example.get("block"));
        JsonNode rounds = example.get("rounds");

        assertThat(rounds.size()).isEqualTo(16);
        for (JsonNode round : rounds) {
            assertThat(roundKey).isEqualTo(hex(round.get("round_key")));
            data = model.substitute(roundKey, data);
            assertThat(data).isEqualTo(hex(round.get("substituted")));
            data = model.move(data);
            assertThat(data).isEqualTo(hex(round.get("permuted")));
            roundKey = Long.rotateLeft(roundKey, 1);
        }
        assertThat(data).isEqualTo(hex(example.get("cipher")));
    }

    @Test
    void encryptAgreesWithTheModelAndDecryptInvertsItForAnyTables() {
        Random random = new Random(SEED);
        for (int i = 0; i < TABLES; i++) {
            int[] sub1 = shuffled(random, 16);
            int[] sub2 = shuffled(random, 16);
            int[] perm = shuffled(random, 64);
            Ea07Tables tables = Ea07Tables.of(sub1, sub2, perm);
            Model model = new Model(sub1, sub2, perm);
            assertThat(tables.isSample()).isFalse();
            for (int j = 0; j < 20; j++) {
                long key = random.nextLong();
                long block = random.nextLong();
                long cipher = tables.encrypt(key, block);
                assertThat(cipher)
                        .as("seed %d, tables %d, block %d", SEED, i, j)
                        .isEqualTo(model.encrypt(key, block));
                assertThat(tables.decrypt(key, cipher))
                        .as("seed %d, tables %d, block %d", SEED, i, j)
                        .isEqualTo(block);
            }
        }
    }

    @Test
    void tables_equalToTheSample_areSample() {
        Ea07Tables tables = Ea07Tables.of(SUB1, SUB2, PERM);

        assertThat(tables.isSample()).isTrue();
        assertThat(tables).isEqualTo(Ea07Tables.sample()).hasSameHashCodeAs(Ea07Tables.sample());
        assertThat(tables).hasToString("EA07 SAMPLE tables of IEC 62055-41");
        assertThat(Ea07Tables.of(SUB2, SUB1, PERM)).isNotEqualTo(tables).hasToString("EA07 tables of the operator");
    }

    @Test
    void tables_arraysChangedLater_areNot() {
        int[] sub1 = SUB1.clone();
        Ea07Tables tables = Ea07Tables.of(sub1, SUB2, PERM);
        sub1[0] = 0;

        assertThat(tables.isSample()).isTrue();
    }

    @Test
    void of_wrongLength_namesTheTable() {
        assertThatThrownBy(() -> Ea07Tables.of(new int[15], SUB2, PERM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("EA07 table sub1 has 15 values; it must have 16");
        assertThatThrownBy(() -> Ea07Tables.of(SUB1, SUB2, new int[16]))
                .hasMessage("EA07 table perm has 16 values; it must have 64");
    }

    @Test
    void of_valueOutsideTheRange_namesIndexAndValue() {
        assertThatThrownBy(() -> Ea07Tables.of(SUB1, with(SUB2, 3, 16), PERM))
                .hasMessage("EA07 table sub2[3] is 16, outside 0..15");
        assertThatThrownBy(() -> Ea07Tables.of(SUB1, SUB2, with(PERM, 63, -1)))
                .hasMessage("EA07 table perm[63] is -1, outside 0..63");
    }

    @Test
    void of_valueTwice_namesBothPlaces() {
        assertThatThrownBy(() -> Ea07Tables.of(with(SUB1, 5, 12), SUB2, PERM))
                .hasMessage("EA07 table sub1[5] is 12, which sub1[0] already is; each of 0..15 must stand once");
    }

    private static int[] with(int[] table, int index, int value) {
        int[] changed = table.clone();
        changed[index] = value;
        return changed;
    }

    private static int[] shuffled(Random random, int size) {
        int[] table = new int[size];
        for (int i = 1; i < size; i++) {
            int j = random.nextInt(i + 1);
            table[i] = table[j];
            table[j] = i;
        }
        return table;
    }

    private static long hex(JsonNode node) {
        return Long.parseUnsignedLong(node.stringValue(), 16);
    }

    /** EA07 as the standard tells it: nibble by nibble, bit by bit. */
    private static final class Model {
        private final int[] sub1;
        private final int[] sub2;
        private final int[] perm;

        Model(int[] sub1, int[] sub2, int[] perm) {
            this.sub1 = sub1;
            this.sub2 = sub2;
            this.perm = perm;
        }

        long firstRoundKey(long key) {
            return Long.rotateRight(~key, 12);
        }

        long encrypt(long key, long block) {
            long roundKey = firstRoundKey(key);
            long data = block;
            for (int round = 0; round < 16; round++) {
                data = move(substitute(roundKey, data));
                roundKey = Long.rotateLeft(roundKey, 1);
            }
            return data;
        }

        long substitute(long roundKey, long data) {
            long result = 0;
            for (int nibble = 0; nibble < 16; nibble++) {
                int value = (int) (data >>> (4 * nibble)) & 15;
                boolean keyBit = ((roundKey >>> (4 * nibble + 3)) & 1) == 1;
                result |= (long) (keyBit ? sub2[value] : sub1[value]) << (4 * nibble);
            }
            return result;
        }

        long move(long data) {
            long result = 0;
            for (int i = 0; i < 64; i++) {
                result |= ((data >>> i) & 1) << perm[i];
            }
            return result;
        }
    }
}
