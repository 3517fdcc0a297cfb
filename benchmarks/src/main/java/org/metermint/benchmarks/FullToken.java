package org.metermint.benchmarks;

import java.util.concurrent.TimeUnit;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.token.TransferCredit;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.cipher.Ea11;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.Dkga04Deriver;
import org.metermint.token.key.TestOnlyVendingKeys;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole credit tokens on one core: token identifier from the time, layout, CRC, encryption, class bits and 20 decimal
 * digits. The digits go to a buffer of the caller, so that nothing at all needs to be allocated.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(3)
public class FullToken {
    private final Ea07Tables tables = Ea07Tables.sample();
    private final Dkga04Deriver deriver = new Dkga04Deriver(TestOnlyVendingKeys.edition2());
    private final Orders ea07 = new Orders(EncryptionAlgorithm.EA07);
    private final Orders ea11 = new Orders(EncryptionAlgorithm.EA11);
    private final byte[] digits = new byte[TokenNumber.DIGITS];

    /** EA07, the decoder key at hand. */
    @Benchmark
    public byte[] ea07KeyAtHand() {
        Orders.Order order = ea07.next();
        return write(tables.encrypt(order.key().low(), block(order)));
    }

    /** EA11, the decoder key at hand; its schedule is computed for each token. */
    @Benchmark
    public byte[] ea11KeyAtHand() {
        Orders.Order order = ea11.next();
        DecoderKey key = order.key();
        return write(Ea11.encrypt(key.high(), key.low(), block(order)));
    }

    /** EA07, the decoder key derived for each token by DKGA04. */
    @Benchmark
    public byte[] ea07KeyDerived() {
        Orders.Order order = ea07.next();
        deriver.compute(order.identity());
        return write(tables.encrypt(deriver.keyLow(), block(order)));
    }

    /** EA11, the decoder key derived for each token by DKGA04. */
    @Benchmark
    public byte[] ea11KeyDerived() {
        Orders.Order order = ea11.next();
        deriver.compute(order.identity());
        return write(Ea11.encrypt(deriver.keyHigh(), deriver.keyLow(), block(order)));
    }

    private static long block(Orders.Order order) {
        TokenIdentifier tid = TokenIdentifier.at(order.time(), order.baseDate());
        return TokenFrame.block(new TransferCredit(order.type(), order.rnd(), tid, order.amount()));
    }

    private byte[] write(long encryptedBlock) {
        TokenFrame.insertClass(TokenClass.CREDIT_TRANSFER, encryptedBlock).writeDigits(digits, 0);
        return digits;
    }
}
