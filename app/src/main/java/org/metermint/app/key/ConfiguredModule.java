package org.metermint.app.key;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.RandomSource;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.token.cipher.Ea07Tables;

/** The security module as the settings describe it, with the PKCS#11 token that holds its keys if they name one. */
public final class ConfiguredModule implements AutoCloseable {
    private static final String STORE = "security-module";
    private static final String KEY_FILE = "security-module.key";

    /** The key in the token that encrypts the store. */
    private static final String STORE_KEY_LABEL = "metermint-store-key";

    private final Path store;
    private final SoftwareSecurityModule module;
    private final @Nullable Pkcs11Token token;
    private @Nullable ControlSocket control;

    private ConfiguredModule(Path store, SoftwareSecurityModule module, @Nullable Pkcs11Token token) {
        this.store = store;
        this.module = module;
        this.token = token;
    }

    /** Where a store lies, and the secret that opens it unless a token does: a passphrase, or else a key file. */
    record Place(Path store, Optional<char[]> passphrase, Path keyFile) {
        void wipe() {
            passphrase.ifPresent(secret -> Arrays.fill(secret, '\0'));
        }
    }

    /** The directory of the store in a data directory. */
    static Path store(Path data) {
        return data.resolve(STORE);
    }

    /** The key file that the settings name. */
    static Path keyFile(Settings settings, Path data) {
        return settings.path(Setting.SECURITY_KEY_FILE).orElse(data.resolve(KEY_FILE));
    }

    /**
     * Opens the module in a data directory; the first time it makes one.
     *
     * @throws CommandFailure saying what is in the way and the remedy
     */
    public static ConfiguredModule open(Settings settings, Path data) {
        Optional<char[]> passphrase = settings.path(Setting.SECURITY_PASSPHRASE_FILE)
                .map(file -> Hidden.ofFile("passphrase of the security module", file));
        return open(settings, new Place(store(data), passphrase, keyFile(settings, data)));
    }

    /** Opens the module in a place, and wipes the passphrase. */
    static ConfiguredModule open(Settings settings, Place place) {
        try {
            Pkcs11Token token = openToken(settings);
            boolean opened = false;
            try {
                SoftwareSecurityModule module = openModule(settings, place, token);
                opened = true;
                return new ConfiguredModule(place.store, module, token);
            } finally {
                if (!opened && token != null) {
                    token.close();
                }
            }
        } catch (SecurityModuleException e) {
            CommandFailure refusal = Refusals.of(e);
            throw new CommandFailure(
                    "the software security module in " + place.store + " does not open: " + refusal.getMessage(),
                    refusal.remedy()
                            + (e.kind() == SecurityModuleException.Kind.ACCESS_DENIED
                                    ? " Without the passphrase, the key file or the token that it was made with its keys"
                                            + " cannot be had."
                                    : ""),
                    e);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the software security module in " + place.store + " cannot be opened: " + e.getMessage(),
                    "Check the permissions of the data directory and of the key file.",
                    e);
        } finally {
            place.wipe();
        }
    }

    private static @Nullable Pkcs11Token openToken(Settings settings) throws SecurityModuleException {
        Optional<Path> library = settings.path(Setting.SECURITY_PKCS11_LIBRARY);
        if (library.isEmpty()) {
            return null;
        }
        char[] pin = settings.path(Setting.SECURITY_PKCS11_PIN_FILE)
                .map(file -> Hidden.ofFile("PIN of the token", file))
                .orElse(new char[0]);
        try {
            return Pkcs11Token.open(library.get(), settings.text(Setting.SECURITY_PKCS11_TOKEN), pin);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private static SoftwareSecurityModule openModule(Settings settings, Place place, @Nullable Pkcs11Token token)
            throws IOException, SecurityModuleException {
        boolean keysInToken = settings.text(Setting.SECURITY_PKCS11_HOLDS).equals(Setting.VENDING_KEYS);
        RecordSettings kept = new RecordSettings(
                RecordSettings.STANDARD.segmentOctets(),
                Duration.ofDays(settings.number(Setting.SECURITY_RETENTION_DAYS)));
        return withSource(place, token, source -> openModule(place.store, source, kept, keysInToken ? token : null));
    }

    private static <T> T withSource(Place place, @Nullable Pkcs11Token token, KeyFiles.Opener<T> opener)
            throws IOException, SecurityModuleException {
        if (place.passphrase.isPresent()) {
            return opener.open(KeyEncryptionKeySource.passphrase(place.passphrase.get()));
        }
        return token == null
                ? KeyFiles.open(place.store, place.keyFile, opener)
                : opener.open(KeyEncryptionKeySource.pkcs11(token, STORE_KEY_LABEL));
    }

    /** Does something with the key-encryption key of a place, and wipes the passphrase. */
    static <T> T withSource(Settings settings, Place place, KeyFiles.Opener<T> opener) throws SecurityModuleException {
        Pkcs11Token token = openToken(settings);
        try {
            return withSource(place, token, opener);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the key file " + place.keyFile + " cannot be used: " + e.getMessage(),
                    "Check its name and its permissions.",
                    e);
        } finally {
            place.wipe();
            if (token != null) {
                token.close();
            }
        }
    }

    private static SoftwareSecurityModule openModule(
            Path store, KeyEncryptionKeySource source, RecordSettings kept, @Nullable Pkcs11Token token)
            throws SecurityModuleException {
        Clock clock = Clock.systemUTC();
        RandomSource random = RandomSource.secure();
        Ea07Tables tables = Ea07Tables.sample();
        return token == null
                ? SoftwareSecurityModule.open(store, source, clock, random, tables, kept)
                : SoftwareSecurityModule.openOnToken(store, source, clock, random, tables, kept, token);
    }

    public SoftwareSecurityModule module() {
        return module;
    }

    /** Lets the commands {@code metermint key} come to this process, until it closes the module. */
    public ConfiguredModule withControl() {
        control = ControlSocket.open(store, module);
        return this;
    }

    @Override
    public void close() {
        if (control != null) {
            control.close();
        }
        module.close();
        if (token != null) {
            token.close();
        }
    }
}
