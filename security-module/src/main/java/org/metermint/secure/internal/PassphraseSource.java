package org.metermint.secure.internal;

import java.util.HexFormat;
import java.util.Map;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/** Argon2id over a passphrase, with 64 MiB and three passes: the second choice of RFC 9106, 4, on one lane. */
public final class PassphraseSource implements KeyEncryptionKeySource {
    private static final int MIN_LENGTH = 12;
    private static final int SALT = 16;
    private static final int MEMORY_KIB = 64 * 1024;
    private static final int ITERATIONS = 3;

    private final char[] passphrase;

    public PassphraseSource(char[] passphrase) {
        this.passphrase = passphrase.clone();
    }

    @Override
    public String kind() {
        return "passphrase";
    }

    @Override
    public boolean isGuessable() {
        return true;
    }

    @Override
    public Map<String, String> newParameters() throws SecurityModuleException {
        if (passphrase.length < MIN_LENGTH) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "passphrase of " + passphrase.length + " characters is shorter than " + MIN_LENGTH
                            + "; several random words make a good one");
        }
        return Map.of(
                "function", "Argon2id",
                "iterations", Integer.toString(ITERATIONS),
                "memoryKibibytes", Integer.toString(MEMORY_KIB),
                "salt", HexFormat.of().formatHex(Argon2id.newSalt(SALT)));
    }

    @Override
    public byte[] key(Map<String, String> parameters) throws SecurityModuleException {
        if (!"Argon2id".equals(parameters.get("function"))) {
            throw badParameter("function", "is not Argon2id");
        }
        // Bounded, because whoever edits the file must not be able to weaken the function or to exhaust the memory.
        int iterations = bounded(parameters, "iterations", ITERATIONS, 100);
        int memory = bounded(parameters, "memoryKibibytes", MEMORY_KIB, 1 << 20);
        return Argon2id.hash(passphrase, salt(parameters), memory, iterations, KEY_OCTETS);
    }

    private static int bounded(Map<String, String> parameters, String name, int min, int max)
            throws SecurityModuleException {
        String text = parameters.getOrDefault(name, "");
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, as a value out of range is
        }
        throw badParameter(name, "is outside " + min + ".." + max);
    }

    private static byte[] salt(Map<String, String> parameters) throws SecurityModuleException {
        try {
            byte[] salt = HexFormat.of().parseHex(parameters.getOrDefault("salt", ""));
            if (salt.length == SALT) {
                return salt;
            }
        } catch (IllegalArgumentException e) {
            // told below, as a salt of another length is
        }
        throw badParameter("salt", "is not " + SALT + " octets in hexadecimal digits");
    }

    private static SecurityModuleException badParameter(String name, String what) {
        return new SecurityModuleException(
                Kind.CORRUPT, "keyEncryption.parameters." + name + " " + what + "; restore the key store from a copy");
    }

    /** Tells the kind and nothing else. */
    @Override
    public String toString() {
        return "passphrase";
    }
}
