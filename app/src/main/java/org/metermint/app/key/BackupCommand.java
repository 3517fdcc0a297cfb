package org.metermint.app.key;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.metermint.app.command.Hidden;
import org.metermint.app.command.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key backup}: a module in one encrypted file. */
@Command(
        name = "backup",
        description = {
            "Writes all that the module is made of into one file, encrypted under a passphrase of its own, while issuing"
                    + " goes on: keys, open ceremonies, policy, the last identifier of every meter, the totals of the"
                    + " limits. Not the record.",
            "The passphrase is asked for without showing it at a terminal, else it is one line of standard input."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
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

    @Parameters(paramLabel = "FILE", description = "The backup; must not exist yet.")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        ObjectNode request = KeyCommand.request("backup");
        request.put("file", file.toAbsolutePath().normalize().toString());
        request.put("by", by.name());
        StoreOptions.requireAbsent(file, "backup");
        try (KeyDesk desk = store.desk()) {
            char[] passphrase = passphraseFile == null
                    ? Hidden.askNew("passphrase of the backup")
                    : Hidden.ofFile("passphrase of the backup", passphraseFile);
            byte[] octets = RotateCommand.utf8(passphrase);
            Arrays.fill(passphrase, '\0');
            try {
                JsonNode receipt = desk.ask(request, octets);
                output.say(receipt, words(receipt));
            } finally {
                Arrays.fill(octets, (byte) 0);
            }
        }
        return 0;
    }

    private static String words(JsonNode receipt) {
        return """
                Backup of module %s
                  file         %s
                  made at      %s
                  up to        record %s
                  chain hash   %s
                  SHA-256      %s
                Keep file and passphrase apart, and write down where both are. Try it: metermint key restore into a
                directory of its own, and destroy that copy afterwards.""".formatted(
                        receipt.path("module").stringValue(),
                        receipt.path("file").stringValue(),
                        receipt.path("time").stringValue(),
                        receipt.path("last_record"),
                        receipt.path("chain_hash").stringValue(),
                        receipt.path("sha256").stringValue());
    }
}
