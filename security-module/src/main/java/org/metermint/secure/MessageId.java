package org.metermint.secure;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name that a caller gives to a request before it first asks, and keeps for every repetition: 1 to 40 characters,
 * a letter or digit first, then also {@code - _ . ,}. Unique among the requests of one {@linkplain ClientName client};
 * the form is that of the network interface of STS Edition 2 modules.
 */
public record MessageId(String text) {
    /** Length of the longest id. */
    public static final int MAX_LENGTH = 40;

    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_\\-.,]{0,39}");

    public MessageId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("message id of " + text.length()
                    + " characters is none: it has 1 to 40 of a-z A-Z 0-9 - _ . , and begins with a letter or digit");
        }
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
