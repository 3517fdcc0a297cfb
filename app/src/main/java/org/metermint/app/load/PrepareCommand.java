package org.metermint.app.load;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.Credential;
import org.metermint.app.command.DataOptions;
import org.metermint.app.command.ImportProgress;
import org.metermint.app.command.Output;
import org.metermint.app.server.Registers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code metermint load prepare}: whom to sell to, and who sells. */
@Command(
        name = "prepare",
        description = {
            "Makes meters with accounts of invented people, vendors, and a client for each, in an installation on"
                    + " public test keys (TEST ONLY), whether its server runs or not.",
            "What is there already stays as it is; clients that are there get new secrets."
        },
        mixinStandardHelpOptions = true)
final class PrepareCommand implements Callable<Integer> {

    private static final int MOST_VENDORS = 9_999;

    @Mixin
    private DataOptions where = new DataOptions();

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--meters",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many meters; default: ${DEFAULT-VALUE}.")
    private int meters;

    @Option(
            names = "--vendors",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many vendors, each with one client; default: ${DEFAULT-VALUE}.")
    private int vendors;

    @Option(
            names = "--prefix",
            paramLabel = "DIGITS",
            defaultValue = "08",
            description = "With what the numbers of the meters begin, 2 to 9 digits; default: ${DEFAULT-VALUE}.")
    private String prefix = "";

    @Option(
            names = "--clients",
            required = true,
            paramLabel = "FILE",
            description = "File for the credentials of the clients; only its owner can read it.")
    private Path clients = Path.of("");

    @Override
    public Integer call() {
        requireRanges();
        List<Credential> credentials;
        try (Registers registers = Registers.open(where.settings(), where.data(), Optional.empty())) {
            Preparation preparation = new Preparation(registers, prefix);
            preparation.furnish();
            try (ImportProgress progress = ImportProgress.of("meters", meters, " meters")) {
                preparation.makeMeters(meters, progress::reach);
            }
            credentials = preparation.makeClients(vendors);
        }
        ClientsFile.write(clients, credentials);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("meters", prefix + ":" + meters);
        facts.put("vendors", vendors);
        facts.put("clients_file", clients.toString());
        output.say(
                facts,
                String.format(
                        Locale.ROOT,
                        "%d meters and %d vendors are there. Sell to them:%n"
                                + "  metermint load --clients %s --meters %s:%d --url URL",
                        meters,
                        vendors,
                        clients,
                        prefix,
                        meters));
        return 0;
    }

    private void requireRanges() {
        if (!prefix.matches("[0-9]{2,9}")) {
            throw new CommandFailure("--prefix '" + prefix + "' is not 2 to 9 digits", "Give digits such as 08.");
        }
        if (meters < 1 || meters > MeterList.room(prefix)) {
            throw new CommandFailure(
                    "--meters " + meters + " is outside 1.." + MeterList.room(prefix) + ", which is what a prefix of "
                            + prefix.length() + " digits leaves room for",
                    "Take fewer meters or a shorter prefix.");
        }
        if (vendors < 1 || vendors > MOST_VENDORS) {
            throw new CommandFailure("--vendors " + vendors + " is outside 1.." + MOST_VENDORS, "Give a value within.");
        }
    }
}
