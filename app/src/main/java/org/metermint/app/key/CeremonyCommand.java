package org.metermint.app.key;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.app.command.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key ceremony}: a vending key that nobody sees whole. */
@Command(
        name = "ceremony",
        description =
                "Takes a vending key in by components, each known to one custodian. They may come on different days;"
                        + " the key is whole only inside the module.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class CeremonyCommand implements Runnable {
    private static final String EXIT_DONE = "0:done";
    private static final String EXIT_FAILED = "1:refused or failed";
    private static final String EXIT_USAGE = "2:not understood";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "begin",
            description = "Begins a ceremony with what the issuer of the key says about it.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_USAGE},
            mixinStandardHelpOptions = true)
    int begin(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(
                            paramLabel = "SGC/KRN/KT",
                            converter = KeyName.Converter.class,
                            description =
                                    "Supply group, revision and type of the key; type 1 default, 2 unique, 3 common.")
                    KeyName name,
            @Option(names = "--custodians", paramLabel = "N", defaultValue = "2", description = "2 or 3; default 2.")
                    int custodians,
            @Option(names = "--base-date", required = true, paramLabel = "YEAR", description = "1993, 2014 or 2035.")
                    int baseDate,
            @Option(
                            names = "--ken",
                            defaultValue = "255",
                            paramLabel = "N",
                            description = "Expiry number; default 255.")
                    int expiry,
            @Option(
                            names = "--active-from",
                            paramLabel = "INSTANT",
                            description = "From when it is good, such as 2027-01-01T00:00:00Z; default: its base date.")
                    @Nullable Instant activeFrom,
            @Option(names = "--dkga", defaultValue = "4", paramLabel = "N", description = "2 or 4; default 4.")
                    int algorithm,
            @Option(
                            names = "--check-value",
                            paramLabel = "DIGITS",
                            description = "Check value of the whole key, if its issuer states it.")
                    @Nullable String checkValue) {
        ObjectNode request = KeyCommand.request("ceremony-begin");
        name.addTo(request);
        request.put("by", by.name());
        request.put("custodians", custodians);
        request.put("base_date", baseDate);
        request.put("expiry", expiry);
        request.put("algorithm", algorithm);
        if (activeFrom != null) {
            request.put("active_from", activeFrom.toString());
        }
        if (checkValue != null) {
            request.put("check_value", checkValue);
        }
        try (KeyDesk desk = store.desk()) {
            JsonNode ceremony = desk.ask(request, KeyDesk.NO_SECRET);
            String id = ceremony.path("ceremony").stringValue();
            output.say(
                    ceremony,
                    KeyWords.ceremony(ceremony) + "\n\nEach custodian now runs, alone at the terminal:\n"
                            + "  metermint key ceremony enter " + id + " --custodian NAME");
        }
        return 0;
    }

    @Command(
            name = "enter",
            description =
                    "Takes the component of one custodian: asked for without showing it at a terminal, else one line of"
                            + " standard input, as hexadecimal digits. The last one completes the ceremony.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_USAGE},
            mixinStandardHelpOptions = true)
    int enter(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Parameters(paramLabel = "CEREMONY", description = "Eight digits, as begin printed them.") String id,
            @Option(names = "--custodian", required = true, paramLabel = "NAME", description = "Whose component it is.")
                    String custodian,
            @Option(
                            names = "--check-value",
                            paramLabel = "DIGITS",
                            description = "Check value of the component, as on the sheet; asked for without it.")
                    @Nullable String checkValue) {
        try (KeyDesk desk = store.desk()) {
            ObjectNode request = KeyCommand.request("ceremony-enter");
            request.put("ceremony", id);
            request.put("custodian", custodian);
            char[] digits = Hidden.ask("component");
            byte[] component = {};
            try {
                component = Hidden.octets("component", digits);
                request.put(
                        "check_value", checkValue == null ? Hidden.askOpenly("check value on the sheet") : checkValue);
                JsonNode ceremony = desk.ask(request, component);
                output.say(ceremony, KeyWords.ceremony(ceremony));
            } finally {
                Arrays.fill(digits, '\0');
                Arrays.fill(component, (byte) 0);
            }
        }
        return 0;
    }

    @Command(name = "show", description = "One ceremony, or all of them.", mixinStandardHelpOptions = true)
    int show(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Parameters(paramLabel = "CEREMONY", arity = "0..1", description = "Eight digits; default: all.") @Nullable String id) {
        try (KeyDesk desk = store.desk()) {
            List<JsonNode> found = new ArrayList<>();
            for (JsonNode one : desk.ask(KeyCommand.request("ceremonies"), KeyDesk.NO_SECRET)
                    .path("ceremonies")) {
                if (id == null || id.equals(one.path("ceremony").stringValue())) {
                    found.add(one);
                }
            }
            if (id == null) {
                output.say(
                        found,
                        found.isEmpty()
                                ? "There were no ceremonies."
                                : found.stream().map(KeyWords::ceremony).collect(Collectors.joining("\n\n")));
            } else if (found.isEmpty()) {
                throw new CommandFailure("there is no ceremony " + id, "See metermint key ceremony show.");
            } else {
                output.say(found.getFirst(), KeyWords.ceremony(found.getFirst()));
            }
        }
        return 0;
    }

    @Command(
            name = "abandon",
            description = "Gives an open ceremony up; its components are wiped.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_USAGE},
            mixinStandardHelpOptions = true)
    int abandon(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(paramLabel = "CEREMONY", description = "Eight digits, as begin printed them.") String id,
            @Option(names = "--reason", required = true, paramLabel = "WORDS", description = "Why, for the record.")
                    String reason) {
        ObjectNode request = KeyCommand.request("ceremony-abandon");
        request.put("ceremony", id);
        request.put("by", by.name());
        request.put("reason", reason);
        try (KeyDesk desk = store.desk()) {
            JsonNode ceremony = desk.ask(request, KeyDesk.NO_SECRET);
            output.say(ceremony, KeyWords.ceremony(ceremony));
        }
        return 0;
    }
}
