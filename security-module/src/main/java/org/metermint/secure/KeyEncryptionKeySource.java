package org.metermint.secure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.metermint.secure.internal.KeyFileSource;
import org.metermint.secure.internal.PassphraseSource;

/**
 * Where the key-encryption key comes from: the one secret that must be brought from outside whenever a software module
 * is opened. It encrypts a data key that lies in the store, so that it can be changed without touching anything else.
 */
public interface KeyEncryptionKeySource {
    /** Length of a key-encryption key: 32 octets, for AES-256. */
    int KEY_OCTETS = 32;

    /** Names the kind of source in the store, so that a store is not tried with a source of another kind. */
    String kind();

    /** What a new store keeps, in clear but authenticated, to get at the same key again: salt, costs, or nothing. */
    Map<String, String> newParameters() throws SecurityModuleException;

    /**
     * The key, in an array that the caller wipes.
     *
     * @throws SecurityModuleException of kind ACCESS_DENIED if the source may not be used as it is, of kind CORRUPT if
     *     the parameters are none
     */
    byte[] key(Map<String, String> parameters) throws SecurityModuleException;

    /** A passphrase, strengthened by Argon2id. The array is copied; the caller wipes its own. */
    static KeyEncryptionKeySource passphrase(char[] passphrase) {
        return new PassphraseSource(passphrase);
    }

    /**
     * A file of 64 hexadecimal digits that only the user of this process may read: it must be owned by that user, be no
     * link, and have mode 0600 or 0400.
     */
    static KeyEncryptionKeySource keyFile(Path file) {
        return new KeyFileSource(file);
    }

    /**
     * Writes a new random key to a file that must not exist, with mode 0600.
     *
     * @throws IOException if the file exists or cannot be written
     */
    static void createKeyFile(Path file) throws IOException {
        KeyFileSource.create(file);
    }
}
