package org.metermint.meter;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.KnownToken;
import org.metermint.token.MeterPan;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TransferCredit;
import org.metermint.token.TransferCurrencyCredit;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.key.DecoderKey;

/** Meters and tokens for tests: one PAN, two keys, the sample tables, and a clock that stands still. */
final class TestMeters {
    static final MeterPan PAN = new MeterPan("600727000000000009");
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOW);
    static final Ea07Tables TABLES = Ea07Tables.sample();
    static final DecoderKey KEY_64 = DecoderKey.of(EncryptionAlgorithm.EA07, 0, 0x0ABC_12DE_F345_6789L);
    static final DecoderKey KEY_128 =
            DecoderKey.of(EncryptionAlgorithm.EA11, 0x0011_2233_4455_6677L, 0x8899_AABB_CCDD_EEFFL);
    static final TokenIdentifier FIRST_MINUTE = new TokenIdentifier(0);

    static final Rnd RND = new Rnd(5);

    private TestMeters() {}

    static DecoderKey key(EncryptionAlgorithm algorithm) {
        return algorithm.keyBits() == 128 ? KEY_128 : KEY_64;
    }

    static DecoderKeyRegister register(DecoderKey key, KeyType type) {
        return new DecoderKeyRegister(
                key,
                type,
                KeyExpiryNumber.NEVER,
                new KeyRevisionNumber(1),
                new TariffIndex(1),
                new SupplyGroupCode(123_456));
    }

    static MeterSpecification electricity(EncryptionAlgorithm algorithm) {
        return MeterSpecification.of(PAN, algorithm, CreditType.ELECTRICITY);
    }

    static VirtualMeter make(Path file, MeterSpecification specification) throws MeterFileException {
        return make(file, specification, register(key(specification.algorithm()), KeyType.DUTK));
    }

    static VirtualMeter make(Path file, MeterSpecification specification, DecoderKeyRegister register)
            throws MeterFileException {
        return VirtualMeter.create(file, specification, register, FIRST_MINUTE, TABLES, CLOCK);
    }

    static VirtualMeter reopen(Path file) throws MeterFileException {
        return VirtualMeter.open(file, TABLES, CLOCK);
    }

    static String digits(KnownToken token, DecoderKey key) {
        long block = TokenFrame.block(token);
        boolean encrypted = token.tokenClass().isEncrypted();
        return TokenFrame.insertClass(
                        token.tokenClass(), encrypted ? key.cipher(TABLES).encrypt(block) : block)
                .digits();
    }

    static TransferCredit credit(CreditType type, int tid, long tenths) {
        return new TransferCredit(type, RND, new TokenIdentifier(tid), new CreditAmount(tenths));
    }

    static TransferCurrencyCredit currency(CreditType type, int tid, long steps) {
        return new TransferCurrencyCredit(type, new TokenIdentifier(tid), CurrencyAmount.ofSteps(steps));
    }

    /** Digits of electricity credit under the 64-bit key. */
    static String kwhTenths(int tid, long tenths) {
        return digits(credit(CreditType.ELECTRICITY, tid, tenths), KEY_64);
    }

    static Set<OpenReason> reasons(VirtualMeter meter) {
        return meter.status().openReasons();
    }
}
