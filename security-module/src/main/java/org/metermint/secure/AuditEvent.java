package org.metermint.secure;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Something that a module did besides issuing, for its record. Everybody who inspects the module reads it: it holds no
 * secret.
 *
 * @param who did it: the name of a person, or of a part of the program; 1 to 100 characters
 * @param facts by their names, in alphabetical order: at most 40, names of 1 to 40 letters and digits, values of at most
 *     1,000 characters, none of them a control character
 */
public record AuditEvent(EventKind kind, String who, Map<String, String> facts) {
    /** Who acts when nobody asked: the module itself. */
    public static final String MODULE = "module";

    private static final int MAX_WHO = 100;
    private static final int MAX_FACTS = 40;
    private static final int MAX_VALUE = 1_000;
    private static final int MAX_OCTETS = 8_192;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9]{0,39}");

    public AuditEvent {
        requireText("who", who, MAX_WHO);
        if (who.isBlank()) {
            throw new IllegalArgumentException("an event says who did it");
        }
        if (facts.size() > MAX_FACTS) {
            throw new IllegalArgumentException(facts.size() + " facts of an event are more than " + MAX_FACTS);
        }
        int octets = 0;
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            if (!NAME.matcher(fact.getKey()).matches()) {
                throw new IllegalArgumentException("the name of a fact has 1 to 40 letters and digits, a letter first");
            }
            requireText("fact " + fact.getKey(), fact.getValue(), MAX_VALUE);
            octets += fact.getKey().length() + fact.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (octets > MAX_OCTETS) {
            throw new IllegalArgumentException("facts of " + octets + " octets are more than " + MAX_OCTETS);
        }
        facts = Collections.unmodifiableMap(new TreeMap<>(facts));
    }

    private static void requireText(String what, String text, int most) {
        if (text.length() > most) {
            throw new IllegalArgumentException(
                    what + " has " + text.length() + " characters, and " + most + " are the most");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " has a control character; leave it out");
        }
    }
}
