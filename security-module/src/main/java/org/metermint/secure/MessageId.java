package org.metermint.secure;

import java.util.UUID;

/**
 * The name that a caller gives to a request before it first asks, and keeps for every repetition: 1 to 40 characters,
 * a letter or digit first, then also {@code - _ . ,}. Unique among the requests of one {@linkplain ClientName client};
 * the form is that of the network interface of STS Edition 2 modules.
 */
public record MessageId(String text) {
    /** Length of the longest id. */
    public static final int MAX_LENGTH = 40;

    public MessageId {
        if (!hasForm(text)) {
            throw new IllegalArgumentException("message id of " + text.length()
                    + " characters is none: it has 1 to 40 of a-z A-Z 0-9 - _ . , and begins with a letter or digit");
        }
    }

    /** By hand: a pattern would take a tenth of the time in which a token is issued. */
    private static boolean hasForm(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '-' && c != '_' && c != '.' && c != ',') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** The 36 characters of a UUID. */
    public static MessageId of(UUID id) {
        return new MessageId(id.toString());
    }

    @Override
    public String toString() {
        return text;
    }
}
