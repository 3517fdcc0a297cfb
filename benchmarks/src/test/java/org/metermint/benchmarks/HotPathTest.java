package org.metermint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.Token;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenNumber;
import org.metermint.token.TransferCredit;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.cipher.Ea11;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.Dkga04Deriver;
import org.metermint.token.key.TestOnlyVendingKeys;

/** What the benchmarks take for granted: that their tokens are tokens, and that keys and ciphers allocate nothing. */
class HotPathTest {
    private static final int TOKENS = 10_000;

    private final Dkga04Deriver deriver = new Dkga04Deriver(TestOnlyVendingKeys.edition2());
    private final Ea07Tables tables = Ea07Tables.sample();
    private final DecoderKeyIdentity ea07 = identity(EncryptionAlgorithm.EA07);
    private final DecoderKeyIdentity ea11 = identity(EncryptionAlgorithm.EA11);

    @Test
    void derivingAndEncryptingAllocateNothing() {
        deriveAndEncrypt(TOKENS); // loads and links what the first calls need
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        long blocks = deriveAndEncrypt(TOKENS);
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;

        assertThat(blocks).isNotZero();
        assertThat(allocated).as("octets allocated for %d tokens", TOKENS).isLessThan(TOKENS);
    }

    /** The benchmarks measure what they say: tokens that decrypt under the key of their meter. */
    @Test
    void benchmarksMakeTokensOfTheirOrders() {
        FullToken benchmarks = new FullToken();
        Orders ea07Orders = new Orders(EncryptionAlgorithm.EA07);
        Orders ea11Orders = new Orders(EncryptionAlgorithm.EA11);
        for (int i = 0; i < 100; i++) {
            Orders.Order order = ea07Orders.next();
            assertThat(read(benchmarks.ea07KeyAtHand(), order.key())).isEqualTo(amountOnToken(order));
            order = ea11Orders.next();
            assertThat(read(benchmarks.ea11KeyAtHand(), order.key())).isEqualTo(amountOnToken(order));
            order = ea07Orders.next();
            assertThat(read(benchmarks.ea07KeyDerived(), order.key())).isEqualTo(amountOnToken(order));
            order = ea11Orders.next();
            assertThat(read(benchmarks.ea11KeyDerived(), order.key())).isEqualTo(amountOnToken(order));
        }
    }

    private CreditAmount read(byte[] digits, DecoderKey key) {
        TokenNumber number = TokenNumber.ofDigits(new String(digits, StandardCharsets.US_ASCII));
        long block = key.cipher(tables).decrypt(TokenFrame.extractBlock(number));
        assertThat(TokenFrame.isAuthentic(TokenFrame.tokenClass(number), block)).isTrue();
        Token token = TokenFrame.read(
                TokenClass.CREDIT_TRANSFER, block, key.algorithm().keyBits());
        assertThat(token).isInstanceOf(TransferCredit.class);
        return ((TransferCredit) token).amount();
    }

    private static CreditAmount amountOnToken(Orders.Order order) {
        return order.amount().onToken();
    }

    private long deriveAndEncrypt(int tokens) {
        long block = 0x0B19_EB23_0100_C207L;
        for (int i = 0; i < tokens; i++) {
            deriver.compute(ea07);
            block = tables.encrypt(deriver.keyLow(), block);
            deriver.compute(ea11);
            block = Ea11.encrypt(deriver.keyHigh(), deriver.keyLow(), block);
        }
        return block;
    }

    private static DecoderKeyIdentity identity(EncryptionAlgorithm algorithm) {
        return new DecoderKeyIdentity(
                new MeterPan("600727000000000009"),
                algorithm,
                new SupplyGroupCode(201_457),
                new TariffIndex(1),
                new KeyRevisionNumber(1),
                KeyType.DUTK,
                BaseDate.BASE_2014);
    }
}
