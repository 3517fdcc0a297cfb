package org.metermint.secure;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.internal.Argon2id;

/** A password as it may be stored: Argon2id over it and a salt, with 19 MiB and two passes. */
public final class PasswordHash {
    private static final String NAME = "argon2id";
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int ITERATIONS = 2;
    private static final int SALT = 16;
    private static final int HASH = 32;
    private static final int MIN_LENGTH = 12;
    private static final Pattern FORM =
            Pattern.compile(NAME + "\\$([0-9a-f]{" + 2 * SALT + "})\\$([0-9a-f]{" + 2 * HASH + "})");

    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(byte[] salt, byte[] hash) {
        this.salt = salt;
        this.hash = hash;
    }

    /**
     * The hash of a new password, which the caller wipes.
     *
     * @throws IllegalArgumentException if it has fewer than twelve characters
     */
    public static PasswordHash of(char[] password) {
        if (password.length < MIN_LENGTH) {
            throw new IllegalArgumentException("password of " + password.length + " characters is shorter than "
                    + MIN_LENGTH + "; take a random one");
        }
        byte[] salt = Argon2id.newSalt(SALT);
        return new PasswordHash(salt, hash(password, salt));
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it is anything else; the message shows nothing of it
     */
    public static PasswordHash parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (parts.matches()) {
            return new PasswordHash(
                    HexFormat.of().parseHex(parts.group(1)), HexFormat.of().parseHex(parts.group(2)));
        }
        throw new IllegalArgumentException(
                "password hash is not of the form " + NAME + "$salt$hash; set the password anew");
    }

    private static byte[] hash(char[] password, byte[] salt) {
        return Argon2id.hash(password, salt, MEMORY_KIB, ITERATIONS, HASH);
    }

    /** Whether this is the hash of a password; takes the same time whatever the answer. */
    public boolean matches(char[] password) {
        return MessageDigest.isEqual(hash, hash(password, salt));
    }

    /** The form in which it is stored. */
    public String text() {
        return NAME + "$" + HexFormat.of().formatHex(salt) + "$"
                + HexFormat.of().formatHex(hash);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordHash that
                && Arrays.equals(salt, that.salt)
                && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(salt);
    }

    /** Shows nothing of it. */
    @Override
    public String toString() {
        return "PasswordHash";
    }
}
