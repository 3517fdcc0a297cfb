package org.metermint.secure;

import java.util.regex.Pattern;

/**
 * Who asks a module: 1 to 32 of {@code a-z 0-9 . _ -}, a letter or digit first. Message ids, permissions and limits
 * belong to a client.
 */
public record ClientName(String text) {
    // before the constants, which are checked against it
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");

    /** The process that holds the module itself. */
    public static final ClientName LOCAL = new ClientName("local");

    public ClientName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("client name of " + text.length()
                    + " characters is none: it has 1 to 32 of a-z 0-9 . _ - and begins with a letter or digit");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
