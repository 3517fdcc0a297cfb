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

/** Where the time of a whole token goes: each step of {@link FullToken} alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenParts {
    private final Ea07Tables tables = Ea07Tables.sample();
    private final Dkga04Deriver deriver = new Dkga04Deriver(TestOnlyVendingKeys.edition2());
    private final Orders ea07 = new Orders(EncryptionAlgorithm.EA07);
    private final Orders ea11 = new Orders(EncryptionAlgorithm.EA11);
    private final byte[] digits = new byte[TokenNumber.DIGITS];
    private long counter;

    /** Layout and CRC of a credit token, with its identifier from the time. */
    @Benchmark
    public long block() {
        Orders.Order order = ea07.next();
        TokenIdentifier tid = TokenIdentifier.at(order.time(), order.baseDate());
        return TokenFrame.block(new TransferCredit(order.type(), order.rnd(), tid, order.amount()));
    }

    /** One block of EA07. */
    @Benchmark
    public long ea07() {
        return tables.encrypt(ea07.next().key().low(), counter++);
    }

    /** One block of EA11 under a key used once. */
    @Benchmark
    public long ea11() {
        DecoderKey key = ea11.next().key();
        return Ea11.encrypt(key.high(), key.low(), counter++);
    }

    /** One decoder key by DKGA04. */
    @Benchmark
    public long dkga04() {
        deriver.compute(ea11.next().identity());
        return deriver.keyHigh() ^ deriver.keyLow();
    }

    /** Class bits and 20 digits, to a buffer. */
    @Benchmark
    public byte[] digits() {
        TokenFrame.insertClass(TokenClass.CREDIT_TRANSFER, (counter += 0x9E37_79B9_7F4A_7C15L))
                .writeDigits(digits, 0);
        return digits;
    }
}
