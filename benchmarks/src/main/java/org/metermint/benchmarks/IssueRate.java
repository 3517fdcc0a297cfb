package org.metermint.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.RandomSource;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.cipher.Ea07Tables;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Credit tokens a second from the software security module, every one of them on the disk before it is counted. The
 * store lies where {@code java.io.tmpdir} points; {@code -t} sets how many threads share the module. With a system property
 * {@code pkcs11.library} the vending keys are in the token labelled "benchmark" of that library, whose PIN is "benchmark" too.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class IssueRate {
    private static final int BATCH = 256;

    /** One module, which the threads share. */
    @State(Scope.Benchmark)
    public static class Module {
        private final AtomicInteger meters = new AtomicInteger();
        private final Path directory;
        private final @Nullable Pkcs11Token token;
        private final SoftwareSecurityModule module;

        /** Makes a store with the public test keys. */
        public Module() {
            try {
                directory = Files.createTempDirectory("issue-rate");
                Path keyFile = directory.resolve("kek");
                KeyEncryptionKeySource.createKeyFile(keyFile);
                token = openToken();
                module = open(directory.resolve("store"), KeyEncryptionKeySource.keyFile(keyFile), token);
                module.loadTestOnlyVendingKeys();
            } catch (IOException | SecurityModuleException e) {
                throw new IllegalStateException("the benchmark's store cannot be made", e);
            }
        }

        private static @Nullable Pkcs11Token openToken() throws SecurityModuleException {
            String library = System.getProperty("pkcs11.library");
            return library == null ? null : Pkcs11Token.open(Path.of(library), "benchmark", "benchmark".toCharArray());
        }

        private static SoftwareSecurityModule open(
                Path store, KeyEncryptionKeySource source, @Nullable Pkcs11Token token) throws SecurityModuleException {
            Clock clock = Clock.systemUTC();
            RandomSource random = RandomSource.secure();
            return token == null
                    ? SoftwareSecurityModule.open(store, source, clock, random)
                    : SoftwareSecurityModule.openOnToken(
                            store, source, clock, random, Ea07Tables.sample(), RecordSettings.STANDARD, token);
        }

        /** Removes the store. */
        @TearDown
        public void close() throws IOException, SecurityModuleException {
            module.close();
            if (token != null) {
                token.close();
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** One meter, whose identifiers rise from token to token. */
    @State(Scope.Thread)
    public static class Meter {
        private MeterKeyState keyState = keyState(0);
        private TokenIdentifier tid = new TokenIdentifier(1_000_000);

        /** A meter of its own for each thread. */
        @Setup
        public void choose(Module module) {
            keyState = keyState(module.meters.incrementAndGet());
        }

        private static MeterKeyState keyState(int serial) {
            String body = String.format("01%08d", serial);
            return new MeterKeyState(
                    MeterPan.of(new DecoderReferenceNumber(body + Luhn.checkDigit(body))),
                    EncryptionAlgorithm.EA11,
                    new SupplyGroupCode(201_457),
                    new TariffIndex(1),
                    new KeyRevisionNumber(1),
                    KeyType.DUTK);
        }

        IssueCredit next() {
            tid = tid.next();
            return new IssueCredit(
                    MessageId.of(UUID.randomUUID()), keyState, CreditType.ELECTRICITY, new CreditAmount(256), tid);
        }
    }

    /** One request a call: one thread waits for the disk each time, many share the wait. */
    @Benchmark
    public IssuedTokens one(Module module, Meter meter) throws SecurityModuleException {
        return module.module.issue(meter.next());
    }

    /** As many requests a call as one frame of the journal holds. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<IssueOutcome> batch(Module module, Meter meter) {
        List<IssueRequest> requests = new ArrayList<>(BATCH);
        while (requests.size() < BATCH) {
            requests.add(meter.next());
        }
        return module.module.issueAll(requests);
    }
}
