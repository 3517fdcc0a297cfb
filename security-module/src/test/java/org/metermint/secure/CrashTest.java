package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
import org.metermint.token.TokenIdentifier;

/** A process is killed while it issues, at random instants of its life, and a new one goes on. */
class CrashTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int KILLS = FULL ? 500 : 20;
    private static final int LONGEST_START_MILLIS = 1_500;
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
            Map<MessageId, IssueCredit> inThisLife = liveAndDie(directory, life, random);
            asked.putAll(inThisLife);
            audit(directory, "seed " + seed + ", kill " + life);
            try (SoftwareSecurityModule module = open(directory)) {
                bound += verify(module, inThisLife, "seed " + seed + ", kill " + life);
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

    /** What was asked in one life of the process. */
    private Map<MessageId, IssueCredit> liveAndDie(Path directory, int life, Random random) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IssuingChild.class.getName(),
                        directory.toString(),
                        Integer.toString(life))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        boolean whileOpening = random.nextInt(5) == 0;
        StringBuilder said = new StringBuilder();
        try (InputStream out = child.getInputStream()) {
            if (!whileOpening) {
                int c = out.read();
                while (c >= 0 && c != '\n') {
                    c = out.read();
                }
            }
            Thread killer = Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(random.nextInt(whileOpening ? LONGEST_START_MILLIS : LONGEST_WORK_MILLIS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                child.toHandle().destroyForcibly(); // unlike that of Process, leaves its output to be read
            });
            said.append(new String(out.readAllBytes(), StandardCharsets.US_ASCII));
            killer.join();
        }
        child.waitFor();
        return understand(said.substring(0, said.lastIndexOf("\n") + 1)); // the kill may have torn the last line
    }

    private Map<MessageId, IssueCredit> understand(String said) {
        Map<MessageId, IssueCredit> requests = new LinkedHashMap<>();
        for (String line : said.lines().toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "ask" -> {
                    MessageId id = new MessageId(words[2]);
                    TokenIdentifier tid = new TokenIdentifier(Integer.parseInt(words[3]));
                    requests.put(id, IssuingChild.request(Integer.parseInt(words[1]), id, tid));
                }
                case "got" -> answered.put(new MessageId(words[1]), words[2]);
                case "ready" -> {}
                default -> throw new AssertionError("the child said: " + line);
            }
        }
        return requests;
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
