package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * Slows down whoever tries passphrases on a store: after each wrong one the next must wait, 1, 2, 4 ... up to 60 seconds.
 * The count lies in a file of the directory, so that a new process waits as the old one would have. It is no seal:
 * whoever can write the file can copy the directory as well, and against a copy only the strength of the passphrase
 * and the cost of Argon2id help.
 *
 * <p>The wait is refused, not slept through, before anything is computed. A clock set back does not shorten it: a failure
 * that seems to lie in the future counts as one of this instant.
 */
final class PassphraseAttempts {
    static final String FILE = "attempts";

    private static final int LONGEST_SECONDS = 60;
    private static final int FAILURES_OF_LONGEST = 7;
    private static final Pattern FORM = Pattern.compile("failures=([0-9]{1,9}) last=(\\S{20,35})\n");

    private final Path file;
    private final Clock clock;

    private record Failures(int count, Instant last) {}

    PassphraseAttempts(Path directory, Clock clock) {
        this.file = directory.resolve(FILE);
        this.clock = clock;
    }

    /** A source whose key is only computed when no wait is due, and that remembers whether it was asked for it. */
    final class Guarded implements KeyEncryptionKeySource {
        private final KeyEncryptionKeySource source;
        private boolean tried;

        Guarded(KeyEncryptionKeySource source) {
            this.source = source;
        }

        @Override
        public String kind() {
            return source.kind();
        }

        @Override
        public Map<String, String> newParameters() throws SecurityModuleException {
            return source.newParameters();
        }

        @Override
        public byte[] key(Map<String, String> parameters) throws SecurityModuleException {
            if (source.isGuessable()) {
                requireNoWait();
                tried = true;
            }
            return source.key(parameters);
        }

        /** To be called when the key opened the store, or did not. */
        void tell(boolean opened) throws SecurityModuleException {
            if (tried) {
                note(opened);
            }
        }
    }

    private void requireNoWait() throws SecurityModuleException {
        Failures failures = read();
        Duration wait = Duration.ofSeconds(delaySeconds(failures.count));
        Instant now = clock.instant();
        if (failures.count > 0 && now.isBefore(failures.last)) {
            failures = new Failures(failures.count, now);
            write(failures);
        }
        Duration left = Duration.between(now, failures.last.plus(wait));
        if (left.isPositive()) {
            long seconds = left.plusMillis(999).toSeconds();
            throw new SecurityModuleException(
                    Kind.TOO_MANY_REQUESTS,
                    failures.count + " wrong passphrases were tried on " + file.getParent() + ", the last at "
                            + failures.last + "; the next may be tried in " + seconds + " s");
        }
    }

    /** How long to wait after so many failures in a row. */
    static int delaySeconds(int failures) {
        if (failures == 0) {
            return 0;
        }
        return failures >= FAILURES_OF_LONGEST ? LONGEST_SECONDS : 1 << (failures - 1);
    }

    private void note(boolean opened) throws SecurityModuleException {
        if (!opened) {
            write(new Failures(Math.min(read().count, 999_999_998) + 1, clock.instant()));
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** What the file says; one that says nothing counts as the longest wait from now on. */
    private Failures read() throws SecurityModuleException {
        try {
            if (!Files.exists(file)) {
                return new Failures(0, Instant.EPOCH);
            }
            Matcher form = FORM.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            if (form.matches()) {
                return new Failures(Integer.parseInt(form.group(1)), Instant.parse(form.group(2)));
            }
        } catch (DateTimeException e) {
            // as any other text that is none
        } catch (IOException e) {
            throw unavailable(e);
        }
        Failures unknown = new Failures(FAILURES_OF_LONGEST, clock.instant());
        write(unknown);
        return unknown;
    }

    private void write(Failures failures) throws SecurityModuleException {
        String text = "failures=" + failures.count + " last=" + failures.last.truncatedTo(ChronoUnit.MILLIS) + "\n";
        try {
            DurableFiles.replace(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private SecurityModuleException unavailable(IOException cause) {
        return new SecurityModuleException(
                Kind.UNAVAILABLE,
                "the count of wrong passphrases in " + file
                        + " cannot be kept, and without it none is tried; look at the" + " disk and its permissions",
                cause);
    }
}
