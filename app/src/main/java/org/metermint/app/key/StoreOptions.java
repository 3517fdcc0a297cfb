package org.metermint.app.key;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.DataOptions;
import org.metermint.app.command.Hidden;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.secure.SecurityModuleException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which key store a command works on, and what opens it when no process has it open. */
public final class StoreOptions {
    @Mixin
    private DataOptions where = new DataOptions();

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Directory of the key store; default: that of the installation in the data directory.")
    private @Nullable Path store;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "File with the passphrase of the store; without it and without a key file it is asked for.")
    private @Nullable Path passphraseFile;

    @Option(names = "--key-file", paramLabel = "FILE", description = "Key file of the store.")
    private @Nullable Path keyFile;

    /** The directory of the store. */
    public Path directory() {
        return store == null
                ? ConfiguredModule.store(where.data())
                : store.toAbsolutePath().normalize();
    }

    /** The options that name the same store again, for a command that somebody is to enter; each after a space. */
    String again() {
        return where.again()
                + (store == null ? "" : " --store " + store)
                + (keyFile == null ? "" : " --key-file " + keyFile)
                + (passphraseFile == null ? "" : " --passphrase-file " + passphraseFile);
    }

    /** The process that has the store open, or the store itself. */
    KeyDesk desk() {
        KeyFiles.requireStore(directory());
        Optional<KeyDesk> running = RemoteDesk.of(directory());
        return running.isPresent() ? running.get() : new DirectDesk(open());
    }

    /** Opens the store, or makes it. */
    public ConfiguredModule open() {
        return ConfiguredModule.open(settings(), place());
    }

    /** Does something with what opens the store. */
    <T> T withSource(KeyFiles.Opener<T> opener) throws SecurityModuleException {
        return ConfiguredModule.withSource(settings(), place(), opener);
    }

    private ConfiguredModule.Place place() {
        Path key = keyFile().orElse(directory().resolveSibling("unused"));
        Optional<char[]> passphrase = isUnderPassphrase() ? Optional.of(passphrase()) : Optional.empty();
        return new ConfiguredModule.Place(directory(), passphrase, key);
    }

    /** The key file that opens the store, unless a passphrase or a token does. */
    Optional<Path> keyFile() {
        if (keyFile != null) {
            return Optional.of(keyFile.toAbsolutePath().normalize());
        }
        if (isUnderPassphrase()
                || settings().path(Setting.SECURITY_PKCS11_LIBRARY).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(ConfiguredModule.keyFile(settings(), where.data())
                .toAbsolutePath()
                .normalize());
    }

    /** Whether a passphrase opens the store: one is named, or the store is another one and no key file is. */
    private boolean isUnderPassphrase() {
        return passphraseFile != null
                || (keyFile == null
                        && (store != null
                                || settings()
                                        .path(Setting.SECURITY_PASSPHRASE_FILE)
                                        .isPresent()));
    }

    private Settings settings() {
        return store == null ? where.settings() : Settings.defaults();
    }

    private char[] passphrase() {
        Optional<Path> file = passphraseFile == null
                ? settings().path(Setting.SECURITY_PASSPHRASE_FILE)
                : Optional.of(passphraseFile);
        if (file.isPresent()) {
            return Hidden.ofFile("passphrase", file.get());
        }
        return KeyFiles.isStore(directory()) ? Hidden.ask("passphrase") : Hidden.askNew("passphrase");
    }

    /** Refuses a place that holds something. */
    static void requireAbsent(Path file, String what) {
        if (Files.exists(file)) {
            throw new CommandFailure(
                    "there is something at " + file + " already",
                    "Name a file that does not exist yet for the " + what + ".");
        }
    }
}
