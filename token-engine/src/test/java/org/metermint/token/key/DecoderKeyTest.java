package org.metermint.token.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyWord;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.cipher.Ea07Tables;

class DecoderKeyTest {
    @ParameterizedTest
    @CsvSource({
        "EA07, 0abc12def3456789, 0b19eb230100c207, c45ed1619406df95",
        "EA09, 133457799bbcdff1, 0123456789abcdef, 85e813540f0ab405",
        "EA11, 00112233445566778899aabbccddeeff, 0123456789abcdef, 8b1da5f56ab3d07c"
    })
    void cipher_ofEachAlgorithm_isItsOwn(EncryptionAlgorithm algorithm, String key, String block, String cipher) {
        BlockCipher blockCipher = DecoderKey.parseHex(algorithm, key).cipher(Ea07Tables.sample());

        assertThat(blockCipher.encrypt(Long.parseUnsignedLong(block, 16)))
                .isEqualTo(Long.parseUnsignedLong(cipher, 16));
        assertThat(blockCipher).hasToString(algorithm.name());
    }

    @Test
    void words_ofEitherLength_goFromFirstToLast() {
        DecoderKey narrow = DecoderKey.parseHex(EncryptionAlgorithm.EA07, "0abc12def3456789");
        DecoderKey wide = DecoderKey.parseHex(EncryptionAlgorithm.EA11, "00112233445566778899AABBCCDDEEFF");

        assertThat(narrow.words().stream().map(KeyWord::bits)).containsExactly(0x0ABC12DEL, 0xF3456789L);
        assertThat(wide.words().stream().map(KeyWord::bits))
                .containsExactly(0x00112233L, 0x44556677L, 0x8899AABBL, 0xCCDDEEFFL);
        assertThat(wide.clearHex()).isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(narrow.clearHex()).isEqualTo("0abc12def3456789");
    }

    @Test
    void parseHex_lengthOfAnotherCipher_isRefused() {
        assertThatThrownBy(() -> DecoderKey.parseHex(EncryptionAlgorithm.EA11, "0abc12def3456789"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("decoder key of EA11 has 16 hexadecimal digits; it needs 32");
        assertThatThrownBy(() -> DecoderKey.parseHex(EncryptionAlgorithm.EA07, "0"))
                .hasMessage("decoder key of EA07 has 1 hexadecimal digits; it needs 16");
    }

    @Test
    void of_highHalfOfAShortKey_isRefused() {
        assertThatThrownBy(() -> DecoderKey.of(EncryptionAlgorithm.EA09, 1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("decoder key has more than 64 bits; a key of EA09 has 64");
    }

    @Test
    void toString_ofAnyKey_tellsItsCipherOnly() {
        assertThat(DecoderKey.of(EncryptionAlgorithm.EA11, 1, 2)).hasToString("DecoderKey[EA11, 128 secret bits]");
    }

    @Test
    void equals_otherKeyOrCipher_isFalse() {
        assertThat(DecoderKey.of(EncryptionAlgorithm.EA11, 1, 2))
                .isEqualTo(DecoderKey.of(EncryptionAlgorithm.EA11, 1, 2))
                .hasSameHashCodeAs(DecoderKey.of(EncryptionAlgorithm.EA11, 3, 4))
                .isNotEqualTo(DecoderKey.of(EncryptionAlgorithm.EA11, 3, 2))
                .isNotEqualTo(DecoderKey.of(EncryptionAlgorithm.EA11, 1, 4));
        assertThat(DecoderKey.of(EncryptionAlgorithm.EA07, 0, 2))
                .isNotEqualTo(DecoderKey.of(EncryptionAlgorithm.EA09, 0, 2));
    }
}
