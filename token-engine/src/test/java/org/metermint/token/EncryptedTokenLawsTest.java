package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.DecoderKey;

/** Laws of whole tokens, digits and cipher included, under every algorithm. */
class EncryptedTokenLawsTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");

    private static BlockCipher randomCipher(EncryptionAlgorithm algorithm, Random random) {
        long high = algorithm.keyBits() == 128 ? random.nextLong() : 0;
        return DecoderKey.of(algorithm, high, random.nextLong()).cipher(Ea07Tables.sample());
    }

    private static TransferCredit randomCredit(Random random) {
        return new TransferCredit(
                CreditType.ofSubclass(random.nextInt(4)),
                new Rnd(random.nextInt(16)),
                new TokenIdentifier(random.nextInt(1 << 24)),
                CreditAmount.ofBits(random.nextInt(1 << 16)));
    }

    private static TokenNumber issue(KnownToken token, BlockCipher cipher) {
        return TokenFrame.insertClass(token.tokenClass(), cipher.encrypt(TokenFrame.block(token)));
    }

    /** What a meter reads, or null if it does not. */
    private static Token read(TokenNumber number, BlockCipher cipher, EncryptionAlgorithm algorithm) {
        TokenClass tokenClass = TokenFrame.tokenClass(number);
        long carried = TokenFrame.extractBlock(number);
        long block = tokenClass.isEncrypted() ? cipher.decrypt(carried) : carried;
        return TokenFrame.isAuthentic(tokenClass, block)
                ? TokenFrame.read(tokenClass, block, algorithm.keyBits())
                : null;
    }

    @ParameterizedTest
    @EnumSource
    void decodingInvertsIssuing(EncryptionAlgorithm algorithm) {
        Random random = new Random(algorithm.number());
        for (int i = 0; i < (FULL ? 2_000_000 : 20_000); i++) {
            BlockCipher cipher = randomCipher(algorithm, random);
            TransferCredit credit = randomCredit(random);
            TokenNumber number = TokenNumber.parse(issue(credit, cipher).grouped());
            assertThat(read(number, cipher, algorithm)).isEqualTo(credit);
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneFlippedBitNeverDecodesToTheSameToken(EncryptionAlgorithm algorithm) {
        Random random = new Random(algorithm.number());
        for (int i = 0; i < (FULL ? 20_000 : 500); i++) {
            BlockCipher cipher = randomCipher(algorithm, random);
            TransferCredit credit = randomCredit(random);
            TokenNumber number = issue(credit, cipher);
            for (int bit = 0; bit < 66; bit++) {
                TokenNumber flipped = bit < 64
                        ? new TokenNumber(number.high(), number.low() ^ (1L << bit))
                        : new TokenNumber(number.high() ^ (1 << (bit - 64)), number.low());
                assertThat(read(flipped, cipher, algorithm)).isNotEqualTo(credit);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tokensOfAnotherKeyPassTheChecksumOnceIn65536(EncryptionAlgorithm algorithm) {
        Random random = new Random(65_536 + algorithm.number());
        int tries = FULL ? 50_000_000 : 2_000_000;
        BlockCipher meter = randomCipher(algorithm, random);
        int passed = 0;
        for (int i = 0; i < tries; i++) {
            long block = meter.decrypt(random.nextLong());
            passed += TokenFrame.isAuthentic(TokenClass.CREDIT_TRANSFER, block) ? 1 : 0;
        }
        double expected = tries / 65_536.0;
        assertThat((double) passed).isBetween(expected - 5 * Math.sqrt(expected), expected + 5 * Math.sqrt(expected));
    }
}
