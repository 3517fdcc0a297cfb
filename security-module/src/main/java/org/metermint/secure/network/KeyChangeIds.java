package org.metermint.secure.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.metermint.secure.MessageId;

/**
 * Message ids of key changes that a call for another token brought with it. The call has one id and the module needs two:
 * the second follows from the first, so that a repeated call finds both, and begins with a mark that no caller's id may
 * have.
 */
final class KeyChangeIds {
    static final String PREFIX = "mm-kct,";

    /** 198 bits of a digest, as 33 characters. */
    private static final int DIGEST_CHARACTERS = MessageId.MAX_LENGTH - PREFIX.length();

    private KeyChangeIds() {}

    static boolean isReserved(MessageId id) {
        return id.text().startsWith(PREFIX);
    }

    static MessageId before(MessageId id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(id.text().getBytes(StandardCharsets.US_ASCII));
            String text = Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, 27));
            return new MessageId(PREFIX + text.substring(0, DIGEST_CHARACTERS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
