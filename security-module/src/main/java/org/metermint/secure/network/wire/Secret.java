package org.metermint.secure.network.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that is sent but must not show: a password, an access token. It cannot be wiped, since the wire makes and takes
 * strings; it does stay out of logs, errors and debuggers' lists of fields' texts.
 */
public final class Secret {
    private final String text;

    public Secret(String text) {
        this.text = text;
    }

    /** The text itself, for the wire and for the check of it. */
    public String reveal() {
        return text;
    }

    /** Compares in a time that does not tell where two secrets of one length differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
