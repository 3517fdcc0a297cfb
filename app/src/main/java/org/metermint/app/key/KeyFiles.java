package org.metermint.app.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.metermint.app.CommandFailure;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;

/**
 * Key files of stores. A rotation makes the new one beside the old one, puts the store under it, and renames it over the
 * old one; whatever a crash leaves of that, one of the two opens the store.
 */
final class KeyFiles {
    private static final String STORE = "vending-keys.json";
    /** A store on its way in, which the key file already encrypts. */
    private static final String STORE_TO_BE = STORE + ".new";

    private KeyFiles() {}

    /** Opens something with the key that a source gives. */
    @FunctionalInterface
    interface Opener<T> {
        T open(KeyEncryptionKeySource source) throws SecurityModuleException;
    }

    /** Whether a directory holds a store. */
    static boolean isStore(Path directory) {
        return Files.exists(directory.resolve(STORE));
    }

    /** Refuses a directory without a store. */
    static void requireStore(Path directory) {
        if (!isStore(directory)) {
            throw new CommandFailure(
                    "there is no key store in " + directory,
                    "Name the right one with --store or --data, or make one with metermint key init.");
        }
    }

    /**
     * Opens the store of a directory under a key file; a new store gets a new key file if there is none. If it is not made
     * after all, no key file stays.
     */
    static <T> T open(Path directory, Path keyFile, Opener<T> opener) throws IOException, SecurityModuleException {
        if (!Files.exists(keyFile) && !Files.exists(next(keyFile)) && !isStore(directory)) {
            KeyEncryptionKeySource.createKeyFile(keyFile);
            return make(directory, keyFile, opener);
        }
        try {
            return opener.open(KeyEncryptionKeySource.keyFile(keyFile));
        } catch (SecurityModuleException e) {
            if (e.kind() != SecurityModuleException.Kind.ACCESS_DENIED || !Files.exists(next(keyFile))) {
                throw e;
            }
            T opened = opener.open(KeyEncryptionKeySource.keyFile(next(keyFile)));
            takePlace(keyFile);
            return opened;
        }
    }

    private static <T> T make(Path directory, Path keyFile, Opener<T> opener)
            throws IOException, SecurityModuleException {
        boolean made = false;
        try {
            T opened = opener.open(KeyEncryptionKeySource.keyFile(keyFile));
            made = true;
            return opened;
        } finally {
            if (!made && !isStore(directory) && !Files.exists(directory.resolve(STORE_TO_BE))) {
                Files.deleteIfExists(keyFile);
            }
        }
    }

    /** Where the key file is made that shall take the place of another; one that is there is one that may be in use. */
    static Path next(Path keyFile) {
        return keyFile.resolveSibling(keyFile.getFileName() + ".next");
    }

    /** Puts the new key file in the place of the old one, unless another process did so first. */
    static void takePlace(Path keyFile) throws IOException {
        try {
            Files.move(next(keyFile), keyFile, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            if (!Files.exists(keyFile)) {
                throw e;
            }
        }
    }
}
