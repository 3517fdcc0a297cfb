package org.metermint.secure.internal;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.metermint.secure.AuditVerifier;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.TestModules;
import org.metermint.secure.internal.record.Journal;
import org.metermint.secure.internal.record.JournalFile;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;

/** The process of {@link RecordCapacityTest}: it tells what it took, and ends with an error if anything is not as it should be. */
final class RecordCapacityChild {
    private static final UUID MODULE = new UUID(1, 2);
    private static final int METERS = 20_000;
    private static final int BATCH = 256;
    private static final int SEARCHED = 2_000;
    private static final Instant START = TestModules.NOW;

    private final Path directory;
    private final int messages;
    private final Aead cipher = new Aead(new byte[32]);
    private final TestModules.TestClock clock = new TestModules.TestClock();
    private final List<MeterKeyState> meters = new ArrayList<>(METERS);

    private RecordCapacityChild(Path directory, int messages) {
        this.directory = directory;
        this.messages = messages;
        for (int i = 0; i < METERS; i++) {
            meters.add(TestModules.meter(i));
        }
    }

    public static void main(String[] arguments) throws Exception {
        new RecordCapacityChild(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
        System.out.println("done");
    }

    private void run() throws Exception {
        Journal.create(directory, MODULE, cipher, START, null);
        try (IssueRegister register = open()) {
            long before = memory();
            write(register);
            long after = memory();
            System.out.printf(
                    "%,d messages: %.1f octets of memory each, %.0f octets of disk each%n",
                    messages, (after - before) / (double) messages, disk() / (double) messages);
        }
        long begin = System.nanoTime();
        try (IssueRegister register = open()) {
            System.out.printf("opened in %,d ms%n", millisSince(begin));
            require(register.size() == messages, "all are counted");
            search(register, true);
        }
        begin = System.nanoTime();
        require(AuditVerifier.verify(directory).isIntact(), "the record is intact");
        System.out.printf("verified in %,d ms%n", millisSince(begin));
        prune();
    }

    private void write(IssueRegister register) {
        List<IssuedMessage> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < messages; i++) {
            batch.add(message(i));
            if (batch.size() == BATCH || i == messages - 1) {
                bind(register, batch);
                batch.clear();
            }
        }
    }

    private static void bind(IssueRegister register, List<IssuedMessage> batch) {
        for (IssueOutcome outcome : register.bind(batch, IssueRegister.NOT_LOOKED)) {
            if (outcome instanceof IssueOutcome.Refused refused) {
                throw new IllegalStateException(refused.reason());
            }
        }
    }

    private void search(IssueRegister register, boolean kept) throws Exception {
        Random random = new Random(messages);
        for (int i = 0; i < SEARCHED; i++) {
            int number = random.nextInt(messages);
            TokenNumber found = register.find(new MessageKey(ClientName.LOCAL, id(number)))
                    .map(message -> message.result().tokens().getFirst())
                    .orElse(null);
            require(kept ? token(number).equals(found) : found == null, "message " + number);
        }
    }

    /** Much later nothing is left of the results, and the identifiers are still known. */
    private void prune() throws Exception {
        clock.set(START.plus(Duration.ofDays(100)));
        try (IssueRegister register = open()) {
            bind(register, List.of(message(messages)));
        }
        long begin = System.nanoTime();
        try (IssueRegister register = open()) {
            register.dropResults();
            System.out.printf(
                    "pruned in %,d ms, %.0f octets of disk each%n", millisSince(begin), disk() / (double) messages);
            search(register, false);
            IssueOutcome repeat =
                    register.bind(List.of(message(0)), IssueRegister.NOT_LOOKED).getFirst();
            require(repeat instanceof IssueOutcome.Refused, "an old message is not issued anew");
        }
        begin = System.nanoTime();
        open().close();
        System.out.printf("opened in %,d ms after that%n", millisSince(begin));
    }

    private IssuedMessage message(int number) {
        TokenIdentifier tid = new TokenIdentifier(6_000_000 + 7 * (number / METERS) + 2);
        IssueCredit request = new IssueCredit(
                id(number), meters.get(number % METERS), CreditType.ELECTRICITY, new CreditAmount(256), tid);
        IssuedTokens.IssuingKey key = new IssuedTokens.IssuingKey(BaseDate.BASE_2014, tid, "ABCDEF");
        return new IssuedMessage(
                ClientName.LOCAL,
                request,
                new IssuedTokens(request.messageId(), List.of(token(number)), START, false, 0, key));
    }

    private static MessageId id(int number) {
        return MessageId.of(new UUID(MessageIndex.mix(number), number));
    }

    private static TokenNumber token(int number) {
        return new TokenNumber(1, MessageIndex.mix(number));
    }

    private IssueRegister open() throws Exception {
        return IssueRegister.open(
                directory,
                JournalFile::open,
                new IssueRegister.Parts(cipher, MODULE, clock.clock(), IssuePolicy::standard, RecordSettings.STANDARD));
    }

    private long disk() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            long sum = 0;
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    /** Of the heap, and beside it. */
    private static long memory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}
