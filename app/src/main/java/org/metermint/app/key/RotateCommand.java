package org.metermint.app.key;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.app.command.Output;
import org.metermint.secure.KeyEncryptionKeySource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key rotate-kek}: another passphrase or key file for a store. */
@Command(
        name = "rotate-kek",
        description =
                "Puts the store under another passphrase or key file, while issuing goes on. Without an option, a store"
                        + " under a key file gets a new one in its place, and one under a passphrase asks for a new one.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
        mixinStandardHelpOptions = true)
final class RotateCommand implements Callable<Integer> {
    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private Output output = new Output();

    @Mixin
    private ByOption by = new ByOption();

    @Option(
            names = "--new-passphrase",
            description = "Asks for a passphrase: hidden at a terminal, else one line of standard input.")
    private boolean newPassphrase;

    @Option(names = "--new-passphrase-file", paramLabel = "FILE", description = "Takes the passphrase of a file.")
    private @Nullable Path newPassphraseFile;

    @Option(
            names = "--new-key-file",
            paramLabel = "FILE",
            description = "Takes the key file, and makes it if it is not there.")
    private @Nullable Path newKeyFile;

    @Override
    public Integer call() {
        if ((newPassphrase ? 1 : 0) + (newPassphraseFile == null ? 0 : 1) + (newKeyFile == null ? 0 : 1) > 1) {
            throw new CommandFailure("several new keys were given", "Give one passphrase or one key file.");
        }
        try (KeyDesk desk = store.desk()) {
            if (newKeyFile != null) {
                Path file = newKeyFile.toAbsolutePath().normalize();
                rotate(desk, file);
                say("The store is under the key file " + file
                        + " now. The old one opens only older copies of the store.");
                return 0;
            }
            Optional<Path> keyFile = store.keyFile();
            if (keyFile.isPresent() && !newPassphrase && newPassphraseFile == null) {
                rotate(desk, KeyFiles.next(keyFile.get()));
                replace(keyFile.get());
                say("The store is under a new key file, " + keyFile.get()
                        + ". Copies of the old file open only older copies of the store; make a copy of the new one.");
                return 0;
            }
            rotateToPassphrase(desk);
        }
        say("The store is under the new passphrase now. The old one opens only older copies of the store.");
        return 0;
    }

    private void say(String words) {
        ObjectNode answer = KeyOperations.object();
        answer.put("rotated", true);
        output.say(answer, words);
    }

    private void rotate(KeyDesk desk, Path file) {
        try {
            if (!Files.exists(file)) {
                KeyEncryptionKeySource.createKeyFile(file);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    "the key file " + file + " cannot be made: " + e.getMessage(),
                    "Check the permissions of its directory.",
                    e);
        }
        ObjectNode request = KeyCommand.request("rotate-kek");
        request.put("by", by.name());
        request.put("key_file", file.toString());
        desk.ask(request, KeyDesk.NO_SECRET);
    }

    private static void replace(Path keyFile) {
        try {
            KeyFiles.takePlace(keyFile);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the store is under the key file " + KeyFiles.next(keyFile)
                            + " now, and that could not be renamed to " + keyFile + ": " + e.getMessage(),
                    "Rename it by hand; the next start does it too.",
                    e);
        }
    }

    private void rotateToPassphrase(KeyDesk desk) {
        char[] passphrase = newPassphraseFile == null
                ? Hidden.askNew("new passphrase")
                : Hidden.ofFile("new passphrase", newPassphraseFile);
        byte[] octets = utf8(passphrase);
        try {
            ObjectNode request = KeyCommand.request("rotate-kek");
            request.put("by", by.name());
            desk.ask(request, octets);
        } finally {
            Arrays.fill(passphrase, '\0');
            Arrays.fill(octets, (byte) 0);
        }
    }

    /** The octets of a secret text; both are for the caller to wipe. */
    static byte[] utf8(char[] text) {
        ByteBuffer encoded = ByteBuffer.allocate(text.length * 4);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), encoded, true);
        byte[] octets = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        return octets;
    }
}
