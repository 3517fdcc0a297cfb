package org.metermint.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.decode.Rejection;

/** Meters whose program is killed while tokens are entered: every credit that was answered is there, and none twice. */
class KillTest {
    private static final long SEED = 7;
    private static final int KILLS = Boolean.getBoolean("metermint.full") ? 1_000 : 20;

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void meterKilledDuringTokenEntry_appliesEachCreditExactlyOnce() throws Exception {
        Random random = new Random(SEED);
        Path file = directory.resolve("a.meter");
        TestMeters.make(file, TestMeters.electricity(EncryptionAlgorithm.EA07)).close();
        int entered = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int answered = enterUntilKilled(file, entered, random);
            try (VirtualMeter meter = TestMeters.reopen(file)) {
                // the last token may have been stored and the answer not yet given
                boolean stored = meter.status().balance().equals(sum(answered + 1));
                entered = stored ? answered + 1 : answered;
                assertThat(meter.status().balance())
                        .as("kill %d of seed %d", kill, SEED)
                        .isEqualTo(sum(entered));
                for (int token = Math.max(0, entered - 60); token < entered; token++) {
                    assertThat(meter.enter(TokenEntry.digits(token)).rejection())
                            .contains(token < entered - 50 ? Rejection.OLD_ERROR : Rejection.USED_ERROR);
                }
                assertThat(meter.status().balance()).isEqualTo(sum(entered));
            }
        }
    }

    /** How many tokens are answered when the process is killed, some milliseconds after its first answer. */
    private static int enterUntilKilled(Path file, int first, Random random) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TokenEntry.class.getName(),
                        file.toString(),
                        Integer.toString(first)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int answered = first;
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            Thread.sleep(random.nextInt(40), random.nextInt(1_000_000));
            process.toHandle().destroyForcibly(); // unlike the process's own method, leaves its output readable
            String expected = Integer.toString(answered);
            for (; expected.equals(line); line = lines.readLine()) {
                answered++;
                expected = Integer.toString(answered);
            }
            // the last line may be torn by the kill
            assertThat(expected).startsWith(line == null ? "" : line);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(answered).as("the process answered at least once").isGreaterThan(first);
        return answered;
    }

    private static Credit sum(int tokens) {
        long tenths = 0;
        for (int token = 0; token < tokens; token++) {
            tenths += TokenEntry.tenths(token);
        }
        return new Credit(CreditType.ELECTRICITY, tenths * 360_000_000);
    }
}
