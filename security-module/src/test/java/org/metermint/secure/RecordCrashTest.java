package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.token.TokenNumber;
import org.metermint.token.cipher.Ea07Tables;

/**
 * A process is killed while its record begins segments, drops results and is exported, on a clock by which all of that
 * happens many times in a second. In the end the exports account for every token that anybody got.
 */
class RecordCrashTest {
    private static final int KILLS = Boolean.getBoolean("metermint.full") ? 300 : 10;
    private static final int LONGEST_WORK_MILLIS = 1_000;

    @TempDir
    Path parent;

    private final FastClock clock = new FastClock(System.currentTimeMillis());
    private final long start = System.currentTimeMillis();
    private final Map<MessageId, IssueCredit> asked = new LinkedHashMap<>();
    private final Map<MessageId, String> answered = new HashMap<>();
    private Path directory;
    private List<AuditAnchor> anchors = List.of();

    @Test
    void everyTokenThatWasAnswered_isAccountedForOnce() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        directory = parent.resolve("store");
        TestModules.keyFile(directory);
        for (int life = 0; life < KILLS; life++) {
            KilledChild child = KilledChild.run(
                    random, LONGEST_WORK_MILLIS, directory.toString(), Integer.toString(life), Long.toString(start));
            asked.putAll(child.asked());
            answered.putAll(child.answered());
            audit("seed " + seed + ", kill " + life);
        }
        Clock later = Clock.offset(clock.clock(), Duration.ofDays(10));
        open(later).close(); // which exports the days that have ended, and drops what is past its retention
        account("seed " + seed);
        AuditReport report = AuditVerifier.verify(directory, anchors, TestModules.keyFile(directory));
        assertThat(report.damage()).as("seed %d", seed).isNull();
        assertThat(Files.readString(
                        directory.resolve("record").resolve("segment-00000001"), StandardCharsets.ISO_8859_1))
                .startsWith("MMPRUNED");
        assertThat(report.segments()).as("seed %d", seed).isGreaterThan(KILLS);
    }

    private void audit(String when) throws SecurityModuleException {
        if (!Files.exists(directory.resolve("vending-keys.json"))) {
            return; // killed while it made the store
        }
        AuditReport report = AuditVerifier.verify(directory, anchors);
        assertThat(report.damage()).as(when).isNull();
        if (report.lastRecord() > 0) {
            anchors = List.of(new AuditAnchor(report.lastRecord(), report.chainHash()));
        }
    }

    /** Every day follows the one before; every message stands once; every answer is there, with its digits. */
    private void account(String when) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory.resolve("exports"))) {
            files = all.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
        assertThat(files).as(when).hasSizeGreaterThan(KILLS / 2);
        AuditReport record = AuditVerifier.verify(directory);
        Reconciliation books = new Reconciliation(record.module());
        Set<MessageId> exported = new HashSet<>();
        IssuedExport before = null;
        for (Path file : files) {
            IssuedExport export = IssuedExport.read(file, message -> {
                assertThat(exported.add(message.messageId())).as(when).isTrue();
                assertThat(asked).as(when).containsKey(message.messageId());
                books.issued(message);
            });
            if (before != null) {
                assertThat(export.follows(before)).as("%s, %s", when, file).isTrue();
            }
            before = export;
        }
        answered.forEach((id, digits) -> books.booked(ClientName.LOCAL, id, List.of(TokenNumber.ofDigits(digits))));
        assertThat(books.notIssued()).as(when).isEmpty();
        assertThat(books.notBooked())
                .as(when)
                .extracting(Reconciliation.Difference::messageId)
                .doesNotContainAnyElementsOf(answered.keySet());
        assertThat(answered).as(when).hasSizeGreaterThan(KILLS);
        assertThat((long) exported.size()).as(when).isEqualTo(record.messages());
    }

    private SoftwareSecurityModule open(Clock at) throws Exception {
        return SoftwareSecurityModule.open(
                directory,
                TestModules.keyFile(directory),
                at,
                RandomSource.secure(),
                Ea07Tables.sample(),
                IssuingChild.SHORT);
    }
}
