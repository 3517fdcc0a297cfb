package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed while it issues, at random instants of its life, and a new one goes on. */
class CrashTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int KILLS = FULL ? 500 : 20;
    private static final int LONGEST_WORK_MILLIS = 300;

    @TempDir
    Path parent;

    private final Map<MessageId, IssueCredit> asked = new LinkedHashMap<>();
    private final Map<MessageId, String> answered = new HashMap<>();
    private long bound;
    private long lastRecord;
    private List<AuditAnchor> anchors = List.of();

    @Test
    void everyAnswerBeforeAKill_isTheAnswerAfterIt() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path directory = parent.resolve("store");
        TestModules.keyFile(directory);
        for (int life = 0; life < KILLS; life++) {
            KilledChild child =
                    KilledChild.run(random, LONGEST_WORK_MILLIS, directory.toString(), Integer.toString(life));
            asked.putAll(child.asked());
            answered.putAll(child.answered());
            audit(directory, "seed " + seed + ", kill " + life);
            try (SoftwareSecurityModule module = open(directory)) {
                bound += verify(module, child.asked(), "seed " + seed + ", kill " + life);
                assertThat(module.status().issuedMessages()).isEqualTo(bound);
            }
        }
        try (SoftwareSecurityModule module = open(directory)) {
            assertThat(verify(module, asked, "seed " + seed + ", at the end")).isEqualTo(bound);
        }
        assertThat(answered).as("seed %d", seed).hasSizeGreaterThan(KILLS);
    }

    /** What the files say before anybody mends them: whole but for a torn tail, and leading through the record known before. */
    private void audit(Path directory, String when) throws SecurityModuleException {
        if (!Files.exists(directory.resolve("vending-keys.json"))) {
            return; // killed while it made the store
        }
        AuditReport report = AuditVerifier.verify(directory, anchors);
        assertThat(report.damage()).as(when).isNull();
        assertThat(report.lastRecord()).as(when).isGreaterThanOrEqualTo(lastRecord);
        lastRecord = report.lastRecord();
        anchors = lastRecord == 0 ? List.of() : List.of(new AuditAnchor(lastRecord, report.chainHash()));
    }

    private static SoftwareSecurityModule open(Path directory) throws Exception {
        return SoftwareSecurityModule.open(
                directory, TestModules.keyFile(directory), Clock.systemUTC(), RandomSource.secure());
    }

    /** Holds every answer against what is found now; returns how many ids are bound. */
    private long verify(SoftwareSecurityModule module, Map<MessageId, IssueCredit> requests, String when)
            throws SecurityModuleException {
        long found = 0;
        for (IssueCredit request : requests.values()) {
            Optional<IssuedTokens> tokens = module.find(request.messageId());
            String answer = answered.get(request.messageId());
            if (answer != null) {
                assertThat(tokens.map(one -> one.tokens().getFirst().digits()))
                        .as(when)
                        .contains(answer);
            }
            if (tokens.isPresent()) {
                found++;
                assertThat(module.issue(request)).as(when).isEqualTo(tokens.get());
            }
        }
        return found;
    }
}
