package org.metermint.secure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;

/** What the tests of this module have in common. */
public final class TestModules {
    public static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    public static final RandomSource RND_5 = () -> new Rnd(5);

    /** A clock that stands where a test puts it. */
    public static final class TestClock implements InstantSource {
        private final AtomicReference<Instant> now = new AtomicReference<>(NOW);

        @Override
        public Instant instant() {
            return now.get();
        }

        public void set(Instant instant) {
            now.set(instant);
        }

        public Clock clock() {
            return withZone(ZoneOffset.UTC);
        }
    }

    private TestModules() {}

    /** A key file beside the store, made at first use. */
    public static KeyEncryptionKeySource keyFile(Path directory) throws IOException {
        Path file = directory.resolveSibling(directory.getFileName() + ".kek");
        if (!Files.exists(file)) {
            KeyEncryptionKeySource.createKeyFile(file);
            if (Path.of(System.getProperty("java.io.tmpdir")).equals(file.getParent())) {
                file.toFile().deleteOnExit(); // it lies beside the temporary directory of a test, which nobody sweeps
            }
        }
        return KeyEncryptionKeySource.keyFile(file);
    }

    public static SoftwareSecurityModule open(Path directory, Clock clock) throws IOException, SecurityModuleException {
        return SoftwareSecurityModule.open(directory, keyFile(directory), clock, RND_5);
    }

    public static MeterKeyState meter(String pan, EncryptionAlgorithm algorithm, int supplyGroup, int revision) {
        return new MeterKeyState(
                new MeterPan(pan),
                algorithm,
                new SupplyGroupCode(supplyGroup),
                new TariffIndex(1),
                new KeyRevisionNumber(revision),
                KeyType.DUTK);
    }

    /** A meter under a public test key of base date 2014. */
    public static MeterKeyState meter() {
        return meter("600727000000000009", EncryptionAlgorithm.EA11, 201457, 1);
    }

    /** One of many meters under that key. */
    public static MeterKeyState meter(int serial) {
        String body = String.format("01%08d", serial);
        MeterPan pan = MeterPan.of(new DecoderReferenceNumber(body + Luhn.checkDigit(body)));
        return meter(pan.digits(), EncryptionAlgorithm.EA11, 201457, 1);
    }

    public static IssueCredit credit(MessageId id, MeterKeyState meter, int minutes) {
        return new IssueCredit(id, meter, CreditType.ELECTRICITY, new CreditAmount(256), new TokenIdentifier(minutes));
    }

    /** An identifier of a minute after {@link #NOW} under base date 2014, none of them the reserved one. */
    public static int minute(int afterNow) {
        TokenIdentifier tid = TokenIdentifier.at(NOW, BaseDate.BASE_2014);
        for (int i = 0; i < afterNow; i++) {
            tid = tid.next();
        }
        return tid.minutes();
    }

    public static VendingKeyFacts facts(
            int supplyGroup, int revision, KeyType type, BaseDate base, int expiry, KeyGeneration algorithm) {
        return new VendingKeyFacts(
                new SupplyGroupCode(supplyGroup),
                new KeyRevisionNumber(revision),
                type,
                base,
                new KeyExpiryNumber(expiry),
                base.start(),
                algorithm);
    }
}
