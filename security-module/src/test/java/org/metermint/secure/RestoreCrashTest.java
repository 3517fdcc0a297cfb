package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed while it restores a backup: the directory is whole or missing, and the next attempt makes it. */
class RestoreCrashTest {
    private static final int KILLS = Boolean.getBoolean("metermint.full") ? 100 : 3;

    @TempDir
    Path parent;

    @Test
    void everyKill_leavesAWholeModuleOrNone() throws Exception {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        Path store = parent.resolve("store");
        try (SoftwareSecurityModule module = TestModules.open(store, new TestModules.TestClock().clock())) {
            module.loadTestOnlyVendingKeys();
            module.custody().backup(parent.resolve("backup"), RestoringChild.PASSPHRASE.toCharArray(), "Ada");
        }
        TestModules.keyFile(parent.resolve("restored"));
        int number = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int last = liveAndDie(number, random);
            for (; number <= last; number++) {
                Path directory = RestoringChild.directory(parent, number);
                if (!Files.exists(directory)) {
                    assertThat(number).as("seed %d, kill %d", seed, kill).isEqualTo(last);
                    RestoringChild.restore(parent, number);
                }
                requireWhole(directory);
                assertThat(directory.resolveSibling("." + directory.getFileName() + ".restoring"))
                        .as("seed %d, kill %d", seed, kill)
                        .doesNotExist();
            }
        }
    }

    private void requireWhole(Path directory) throws Exception {
        try (SoftwareSecurityModule module = SoftwareSecurityModule.open(
                directory,
                TestModules.keyFile(parent.resolve("restored")),
                new TestModules.TestClock().clock(),
                TestModules.RND_5)) {
            assertThat(module.vendingKeys()).hasSize(15);
        }
        assertThat(AuditVerifier.verify(directory).isIntact()).isTrue();
    }

    /** The number of the last directory that a process began to restore into. */
    private int liveAndDie(int first, Random random) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RestoringChild.class.getName(),
                        parent.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int last = first;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            assertThat(out.readLine()).isEqualTo("begin " + first);
            long begun = System.nanoTime();
            assertThat(out.readLine()).isEqualTo("done " + first);
            long longest = System.nanoTime() - begun;
            Thread killer = Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(random.nextLong(longest) / 1_000_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                child.toHandle().destroyForcibly(); // unlike that of Process, leaves its output to be read
            });
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("begin ")) {
                    last = Integer.parseInt(line.substring("begin ".length()));
                }
            }
            killer.join();
        }
        child.waitFor();
        return last;
    }
}
