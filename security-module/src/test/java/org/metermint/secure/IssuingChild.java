package org.metermint.secure;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.token.cipher.Ea07Tables;

/**
 * A process that issues until it is killed. It writes a line before it asks and a line after it is answered:
 * {@code ask thread id tid} and {@code got id digits}. With a third argument, the start of a {@link FastClock}, its days
 * are short, and so are the segments of its record and the time for which it keeps results.
 */
final class IssuingChild {
    static final int THREADS = 4;
    /** More identifiers than a meter can use up in one life of this process. */
    static final int IDENTIFIERS_PER_LIFE = 10_000;

    static final RecordSettings SHORT = new RecordSettings(20_000, Duration.ofDays(3));

    private IssuingChild() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int life = Integer.parseInt(arguments[1]);
        boolean fast = arguments.length > 2;
        SoftwareSecurityModule module = SoftwareSecurityModule.open(
                directory,
                TestModules.keyFile(directory),
                fast ? new FastClock(Long.parseLong(arguments[2])).clock() : Clock.systemUTC(),
                RandomSource.secure(),
                Ea07Tables.sample(),
                fast ? SHORT : RecordSettings.STANDARD);
        module.loadTestOnlyVendingKeys();
        say("ready");
        for (int thread = 0; thread < THREADS; thread++) {
            int meter = thread;
            new Thread(() -> issue(module, meter, life)).start();
        }
    }

    private static void issue(SoftwareSecurityModule module, int thread, int life) {
        TokenIdentifier tid = new TokenIdentifier(1_000_000 + life * IDENTIFIERS_PER_LIFE);
        try {
            while (true) {
                tid = tid.next();
                ThreadLocalRandom random = ThreadLocalRandom.current();
                MessageId id = MessageId.of(new UUID(random.nextLong(), random.nextLong()));
                say("ask " + thread + " " + id + " " + tid.minutes());
                TokenNumber token =
                        module.issue(request(thread, id, tid)).tokens().getFirst();
                say("got " + id + " " + token.digits());
            }
        } catch (SecurityModuleException | RuntimeException e) {
            say("failed " + e);
            Runtime.getRuntime().halt(1);
        }
    }

    static IssueCredit request(int thread, MessageId id, TokenIdentifier tid) {
        MeterKeyState meter = TestModules.meter(thread);
        return new IssueCredit(id, meter, CreditType.ELECTRICITY, new CreditAmount(tid.minutes() % 5000), tid);
    }

    private static void say(String line) {
        PrintStream out = System.out;
        synchronized (out) {
            out.print(line + "\n");
            out.flush();
        }
    }
}
