package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.secure.AuditVerifier;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TestModules;

/** Wrong passphrases on a store, at the hand of a clock. */
class PassphraseAttemptsTest {
    /** Stands for a passphrase without its cost, and counts how often that would have been paid. */
    private static final class Guess implements KeyEncryptionKeySource {
        private final byte value;
        private int computed;

        Guess(int value) {
            this.value = (byte) value;
        }

        @Override
        public String kind() {
            return "passphrase";
        }

        @Override
        public boolean isGuessable() {
            return true;
        }

        @Override
        public Map<String, String> newParameters() {
            return Map.of();
        }

        @Override
        public byte[] key(Map<String, String> parameters) {
            computed++;
            byte[] key = new byte[KEY_OCTETS];
            key[0] = value;
            return key;
        }
    }

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private final Guess right = new Guess(1);
    private final Guess wrong = new Guess(2);
    private Path directory;

    @BeforeEach
    void createStore() throws Exception {
        directory = parent.resolve("store");
        DurableFiles.createDirectory(directory);
        KeyRing.open(directory, right, new VendingSecrets(null), clock.clock()).wipe();
    }

    private Kind tryIt(Guess guess) throws Exception {
        try {
            KeyRing.open(directory, guess, new VendingSecrets(null), clock.clock())
                    .wipe();
            return Kind.MESSAGE_ID_REUSED; // stands for "it opened"
        } catch (SecurityModuleException e) {
            return e.kind();
        }
    }

    private static final Kind OPENED = Kind.MESSAGE_ID_REUSED;

    @Test
    void wrongOnes_waitLongerAndLonger_andNothingIsComputedBefore() throws Exception {
        for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60, 60)) {
            assertThat(tryIt(wrong)).isEqualTo(Kind.ACCESS_DENIED);
            int computed = wrong.computed;
            clock.set(clock.instant().plus(Duration.ofSeconds(seconds)).minusMillis(1));
            assertThatThrownBy(() -> KeyRing.open(directory, wrong, new VendingSecrets(null), clock.clock()))
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.TOO_MANY_REQUESTS))
                    .hasMessageContaining("may be tried in 1 s");
            assertThat(tryIt(right)).isEqualTo(Kind.TOO_MANY_REQUESTS); // the right one waits as well
            assertThat(wrong.computed).isEqualTo(computed);
            clock.set(clock.instant().plusMillis(1));
        }
    }

    @Test
    void refusal_namesTheRemainingSeconds() throws Exception {
        for (int seconds : List.of(1, 2, 4, 8, 16)) {
            tryIt(wrong);
            clock.set(clock.instant().plusSeconds(seconds));
        }
        tryIt(wrong);
        clock.set(clock.instant().plusSeconds(10));
        assertThatThrownBy(() -> KeyRing.open(directory, right, new VendingSecrets(null), clock.clock()))
                .hasMessageContaining("6 wrong passphrases")
                .hasMessageContaining("in 22 s");
    }

    @Test
    void rightOne_forgetsTheWrongOnes() throws Exception {
        tryIt(wrong);
        clock.set(clock.instant().plusSeconds(1));
        tryIt(wrong);
        clock.set(clock.instant().plusSeconds(2));
        assertThat(tryIt(right)).isEqualTo(OPENED);
        assertThat(directory.resolve("attempts")).doesNotExist();
        assertThat(tryIt(right)).isEqualTo(OPENED);
        assertThat(tryIt(wrong)).isEqualTo(Kind.ACCESS_DENIED);
        clock.set(clock.instant().plusSeconds(1));
        assertThat(tryIt(right)).isEqualTo(OPENED);
    }

    @Test
    void clockSetBack_doesNotShortenTheWait_norMakeItEndless() throws Exception {
        tryIt(wrong);
        clock.set(clock.instant().plusSeconds(1));
        tryIt(wrong);
        clock.set(clock.instant().plusSeconds(2));
        tryIt(wrong);
        clock.set(clock.instant().minus(Duration.ofDays(365)));
        assertThat(tryIt(right)).isEqualTo(Kind.TOO_MANY_REQUESTS);
        clock.set(clock.instant().plusMillis(3_999));
        assertThat(tryIt(right)).isEqualTo(Kind.TOO_MANY_REQUESTS);
        clock.set(clock.instant().plusMillis(1));
        assertThat(tryIt(right)).isEqualTo(OPENED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "failures=0",
                "failures=x last=2026-03-01T10:00:00Z\n",
                "failures=3 last=2026-13-01T10:00:00Z\n"
            })
    void fileThatSaysNothing_countsAsTheLongestWait(String content) throws Exception {
        Files.writeString(directory.resolve("attempts"), content);
        assertThat(tryIt(right)).isEqualTo(Kind.TOO_MANY_REQUESTS);
        Instant edited = clock.instant();
        clock.set(edited.plusMillis(59_999));
        assertThat(tryIt(right)).isEqualTo(Kind.TOO_MANY_REQUESTS);
        clock.set(edited.plusSeconds(60));
        assertThat(tryIt(right)).isEqualTo(OPENED);
    }

    @Test
    void audit_isNoWayAroundTheWait() throws Exception {
        assertThatThrownBy(() -> AuditVerifier.verify(directory, List.of(), wrong))
                .hasMessageContaining("does not open");
        assertThat(directory.resolve("attempts")).content().startsWith("failures=1 ");
        Files.writeString(directory.resolve("attempts"), "failures=9 last=" + Instant.now() + "\n");
        assertThatThrownBy(() -> AuditVerifier.verify(directory, List.of(), right))
                .hasMessageContaining("9 wrong passphrases");
        Files.delete(directory.resolve("attempts"));
        assertThat(AuditVerifier.verify(directory, List.of(), right).isIntact()).isTrue();
    }

    @Test
    void wrongKindOfSource_isNoGuess() throws Exception {
        Path keyFile = parent.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        KeyEncryptionKeySource source = KeyEncryptionKeySource.keyFile(keyFile);
        assertThatThrownBy(() -> KeyRing.open(directory, source, new VendingSecrets(null), clock.clock()))
                .hasMessageContaining("give the passphrase");
        assertThat(directory.resolve("attempts")).doesNotExist();
        assertThat(new PassphraseSource("correct horse battery".toCharArray()).isGuessable())
                .isTrue();
        assertThat(source.isGuessable()).isFalse();
    }
}
