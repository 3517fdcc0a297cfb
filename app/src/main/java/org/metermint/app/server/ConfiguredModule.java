package org.metermint.app.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.database.DataDirectory;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.RandomSource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.token.cipher.Ea07Tables;

/** The security module as the settings describe it, with the PKCS#11 token that holds its keys if they name one. */
final class ConfiguredModule implements AutoCloseable {
    private static final String STORE = "security-module";
    private static final String KEY_FILE = "security-module.key";

    /** The key in the token that encrypts the store. */
    private static final String STORE_KEY_LABEL = "metermint-store-key";

    private final SoftwareSecurityModule module;
    private final @Nullable Pkcs11Token token;

    private ConfiguredModule(SoftwareSecurityModule module, @Nullable Pkcs11Token token) {
        this.module = module;
        this.token = token;
    }

    /**
     * Opens the module in a data directory; the first time it makes one.
     *
     * @throws CommandFailure saying what is in the way and the remedy
     */
    static ConfiguredModule open(Settings settings, DataDirectory directory) {
        Path store = directory.resolve(STORE);
        try {
            Pkcs11Token token = openToken(settings);
            boolean opened = false;
            try {
                SoftwareSecurityModule module = openModule(settings, directory, token);
                opened = true;
                return new ConfiguredModule(module, token);
            } finally {
                if (!opened && token != null) {
                    token.close();
                }
            }
        } catch (SecurityModuleException e) {
            throw new CommandFailure(
                    "the software security module in " + store + " does not open: " + e.getMessage(),
                    "Give it the passphrase, the key file or the token that it was made with; without them its keys"
                            + " cannot be had.",
                    e);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the software security module in " + store + " cannot be read: " + e.getMessage(),
                    "Check the permissions of the data directory and of the files with passphrase and PIN.",
                    e);
        }
    }

    private static @Nullable Pkcs11Token openToken(Settings settings) throws IOException, SecurityModuleException {
        Optional<Path> library = settings.path(Setting.SECURITY_PKCS11_LIBRARY);
        if (library.isEmpty()) {
            return null;
        }
        Optional<Path> pinFile = settings.path(Setting.SECURITY_PKCS11_PIN_FILE);
        char[] pin =
                pinFile.isPresent() ? Files.readString(pinFile.get()).strip().toCharArray() : new char[0];
        try {
            return Pkcs11Token.open(library.get(), settings.text(Setting.SECURITY_PKCS11_TOKEN), pin);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private static SoftwareSecurityModule openModule(
            Settings settings, DataDirectory directory, @Nullable Pkcs11Token token)
            throws IOException, SecurityModuleException {
        Path store = directory.resolve(STORE);
        KeyEncryptionKeySource source = source(settings, directory, token);
        Clock clock = Clock.systemUTC();
        RandomSource random = RandomSource.secure();
        boolean keysInToken = settings.text(Setting.SECURITY_PKCS11_HOLDS).equals(Setting.VENDING_KEYS);
        return token != null && keysInToken
                ? SoftwareSecurityModule.openOnToken(store, source, clock, random, Ea07Tables.sample(), token)
                : SoftwareSecurityModule.open(store, source, clock, random);
    }

    private static KeyEncryptionKeySource source(
            Settings settings, DataDirectory directory, @Nullable Pkcs11Token token) throws IOException {
        Optional<Path> passphrase = settings.path(Setting.SECURITY_PASSPHRASE_FILE);
        if (passphrase.isPresent()) {
            return KeyEncryptionKeySource.passphrase(
                    Files.readString(passphrase.get()).strip().toCharArray());
        }
        if (token != null) {
            return KeyEncryptionKeySource.pkcs11(token, STORE_KEY_LABEL);
        }
        Path keyFile = directory.resolve(KEY_FILE);
        if (!Files.exists(keyFile)) {
            KeyEncryptionKeySource.createKeyFile(keyFile);
        }
        return KeyEncryptionKeySource.keyFile(keyFile);
    }

    SoftwareSecurityModule module() {
        return module;
    }

    @Override
    public void close() {
        module.close();
        if (token != null) {
            token.close();
        }
    }
}
