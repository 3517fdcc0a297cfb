package org.metermint.app.key;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.app.command.Output;
import org.metermint.secure.RestoreReceipt;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key restore}: a new module from the backup of another. */
@Command(
        name = "restore",
        description = {
            "Makes a new module from the backup of one that must not issue any more. It has the keys, ceremonies, policy"
                    + " and users of the other, and an id and a record of its own; no meter gets an identifier from"
                    + " before the restoration.",
            "The passphrase of the backup is asked for first, and then that of the new store, unless it gets a key file."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed; there is no new store", "2:not understood"},
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private Output output = new Output();

    @Mixin
    private ByOption by = new ByOption();

    @Option(
            names = "--backup-passphrase-file",
            paramLabel = "FILE",
            description = "File with the passphrase of the backup.")
    private @Nullable Path passphraseFile;

    @Option(
            names = "--identifiers-ahead",
            defaultValue = "PT0S",
            paramLabel = "DURATION",
            description =
                    "How far ahead of its clock the other may have given identifiers after the backup, such as P1D,"
                            + " if no vending system knows them: the first ones of the new module lie so far ahead.")
    private Duration ahead = Duration.ZERO;

    @Parameters(paramLabel = "BACKUP", description = "What metermint key backup wrote.")
    private Path backup = Path.of("");

    @Override
    public Integer call() {
        if (KeyFiles.isStore(store.directory())) {
            throw new CommandFailure(
                    "there is a key store in " + store.directory() + " already",
                    "Name a directory that does not exist yet, with --store.");
        }
        char[] passphrase = passphraseFile == null
                ? Hidden.ask("passphrase of the backup")
                : Hidden.ofFile("passphrase of the backup", passphraseFile);
        try {
            RestoreReceipt receipt = store.withSource(source -> SoftwareSecurityModule.restore(
                    backup, passphrase, store.directory(), source, by.name(), Clock.systemUTC(), ahead));
            output.say(json(receipt), words(receipt));
            return 0;
        } catch (SecurityModuleException e) {
            throw Refusals.of(e);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private static ObjectNode json(RestoreReceipt receipt) {
        ObjectNode json = KeyOperations.object();
        json.put("store", receipt.directory().toString());
        json.put("module", receipt.moduleId());
        json.put("backup_of", receipt.backupOf());
        json.put("backup_time", receipt.backupTime().toString());
        json.put("last_record", receipt.lastRecord());
        json.put("chain_hash", receipt.chainHash());
        json.put("restored_at", receipt.restoredAt().toString());
        json.put("identifiers_after", receipt.identifiersAfter().toString());
        json.put("keys", receipt.vendingKeys());
        return json;
    }

    private static String words(RestoreReceipt receipt) {
        return """
                Made module %s in %s
                  from a backup of     %s
                  made at              %s, up to record %d
                  keys                 %d
                  identifiers          only after %s
                The other module must never issue again: destroy its store. What it issued after the backup, the new one
                does not know; sales whose tokens were not delivered are refused by name, and have to be sold anew.""".formatted(
                        receipt.moduleId(),
                        receipt.directory(),
                        receipt.backupOf(),
                        receipt.backupTime(),
                        receipt.lastRecord(),
                        receipt.vendingKeys(),
                        receipt.identifiersAfter());
    }
}
