package org.metermint.secure;

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
    /** Lets a process live and die. */
    static KilledChild run(Random random, int longestWorkMillis, String... arguments) throws Exception {
        return understand(KilledProcess.run(random, longestWorkMillis, IssuingChild.class, arguments));
    }

    private static KilledChild understand(List<String> said) {
        Map<MessageId, IssueCredit> asked = new LinkedHashMap<>();
        Map<MessageId, String> answered = new HashMap<>();
        for (String line : said) {
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
