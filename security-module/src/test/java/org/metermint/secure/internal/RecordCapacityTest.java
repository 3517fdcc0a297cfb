package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.AuditReport;
import org.metermint.secure.AuditVerifier;

/** A record of many messages is written, opened, searched, verified and pruned in a heap that could not hold it. */
class RecordCapacityTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int MESSAGES = FULL ? 2_000_000 : 100_000;
    private static final String HEAP = FULL ? "-Xmx96m" : "-Xmx24m";

    @TempDir
    Path directory;

    @Test
    void manyMessages_inABoundedHeap() throws Exception {
        run("-XX:MaxDirectMemorySize=64m");
    }

    /** The index then goes into the heap, table by table, and misses nothing. */
    @Test
    void manyMessages_withoutRoomBesideTheHeap() throws Exception {
        run("-XX:MaxDirectMemorySize=1m");
    }

    private void run(String beside) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        beside,
                        "-XX:+ExitOnOutOfMemoryError", // as it is started
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecordCapacityChild.class.getName(),
                        directory.toString(),
                        Integer.toString(MESSAGES))
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said).isZero();
        assertThat(said.lines()).as(said).last().isEqualTo("done");
        AuditReport report = AuditVerifier.verify(directory);
        assertThat(report.damage()).isNull();
        assertThat(report.messages()).isEqualTo(MESSAGES + 1);
        long pruned;
        try (Stream<Path> files = Files.list(directory)) {
            pruned = files.filter(RecordCapacityTest::isPruned).count();
        }
        assertThat(pruned).isPositive();
        System.out.print(said);
    }

    private static boolean isPruned(Path file) {
        try {
            return Files.size(file) > 8
                    && new String(Files.newInputStream(file).readNBytes(8), StandardCharsets.US_ASCII)
                            .equals("MMPRUNED");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
