package org.metermint.secure;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.metermint.token.TokenIdentifier;

/**
 * What an {@link IssuingChild} said until it was killed, at a random instant of its life.
 *
 * @param asked what it asked for, in order
 * @param answered the digits that it got
 */
record KilledChild(Map<MessageId, IssueCredit> asked, Map<MessageId, String> answered) {
    private static final int LONGEST_START_MILLIS = 1_500;

    /** Lets a process live and die. */
    static KilledChild run(Random random, int longestWorkMillis, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                IssuingChild.class.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command)
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
                    Thread.sleep(random.nextInt(whileOpening ? LONGEST_START_MILLIS : longestWorkMillis));
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

    private static KilledChild understand(String said) {
        Map<MessageId, IssueCredit> asked = new LinkedHashMap<>();
        Map<MessageId, String> answered = new HashMap<>();
        for (String line : said.lines().toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "ask" -> {
                    MessageId id = new MessageId(words[2]);
                    TokenIdentifier tid = new TokenIdentifier(Integer.parseInt(words[3]));
                    asked.put(id, IssuingChild.request(Integer.parseInt(words[1]), id, tid));
                }
                case "got" -> answered.put(new MessageId(words[1]), words[2]);
                case "ready" -> {}
                default -> throw new AssertionError("the child said: " + line);
            }
        }
        return new KilledChild(asked, answered);
    }
}
