package org.metermint.secure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.metermint.secure.internal.KeyFileSource;
import org.metermint.secure.internal.PassphraseSource;
import org.metermint.secure.internal.Pkcs11Source;
import org.metermint.secure.pkcs11.Pkcs11Token;

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

    /** Whether somebody could hit upon the key by trying; then wrong ones are followed by a growing wait. */
    default boolean isGuessable() {
        return false;
    }

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

    /**
     * A key in a PKCS#11 token, which never leaves it: the key-encryption key is what the token computes from it and from
     * a salt in the store. A new store makes the key if the token has none with that label. Without the token, and
     * without a copy of it that its maker provides for, the store cannot be opened again.
     *
     * @param token stays open as long as the source is used; the caller closes it
     * @param label of the key in the token: 1 to 64 printable ASCII characters without blanks
     */
    static KeyEncryptionKeySource pkcs11(Pkcs11Token token, String label) {
        return new Pkcs11Source(token, label);
    }
}
