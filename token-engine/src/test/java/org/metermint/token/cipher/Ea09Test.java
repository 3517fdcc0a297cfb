package org.metermint.token.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.Vectors;
import tools.jackson.databind.JsonNode;

class Ea09Test {
    private static final long SEED = 46_3;
    private static final int CASES = Boolean.getBoolean("metermint.full") ? 200_000 : 2_000;

    static Stream<JsonNode> vectors() {
        return Vectors.of("ea09_des.json");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void encryptAndDecrypt_vector_agree(JsonNode vector) {
        BlockCipher ea09 = new Ea09(hex(vector.get("key")));
        long block = hex(vector.get("block"));
        long cipher = hex(vector.get("cipher"));

        assertThat(ea09.encrypt(block)).isEqualTo(cipher);
        assertThat(ea09.decrypt(cipher)).isEqualTo(block);
    }

    @Test
    void encryptAgreesWithTheJdkAndDecryptInvertsIt() throws GeneralSecurityException {
        Cipher jdk = Cipher.getInstance("DES/ECB/NoPadding");
        Random random = new Random(SEED);
        for (int i = 0; i < CASES; i++) {
            long key = random.nextLong();
            long block = random.nextLong();
            jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(octets(key), "DES"));
            BlockCipher ea09 = new Ea09(key);
            long cipher = ea09.encrypt(block);

            assertThat(octets(cipher)).as("seed %d, case %d", SEED, i).isEqualTo(jdk.doFinal(octets(block)));
            assertThat(ea09.decrypt(cipher)).as("seed %d, case %d", SEED, i).isEqualTo(block);
        }
    }

    @Test
    void keysThatDifferInParityOnlyEncryptAlike() {
        Random random = new Random(SEED);
        for (int i = 0; i < 100; i++) {
            long key = random.nextLong();
            long block = random.nextLong();
            long parity = random.nextLong() & 0x0101_0101_0101_0101L;

            assertThat(new Ea09(key ^ parity).encrypt(block))
                    .as("seed %d, case %d", SEED, i)
                    .isEqualTo(new Ea09(key).encrypt(block));
        }
    }

    private static byte[] octets(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static long hex(JsonNode node) {
        return Long.parseUnsignedLong(node.stringValue(), 16);
    }
}
