package org.metermint.app.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.app.command.Output;
import org.metermint.secure.CeremonyTranscript;
import org.metermint.secure.SecurityModuleException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
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
                            + "  metermint key ceremony enter " + id + " --custodian NAME" + store.again());
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
            @Parameters(paramLabel = "CEREMONY", arity = "0..1", description = "Eight digits; default: all.") @Nullable String id,
            @Option(
                            names = "--transcript",
                            description = "Its transcript, as JSON that the module signed; for the file of the keys.")
                    boolean transcript) {
        try (KeyDesk desk = store.desk()) {
            if (transcript) {
                String text = transcript(desk, id);
                output.say(JsonMapper.shared().readTree(text), text);
                return 0;
            }
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

    private static String transcript(KeyDesk desk, @Nullable String id) {
        if (id == null) {
            throw new CommandFailure(
                    "a transcript is of one ceremony", "Name it; metermint key ceremony show has all.");
        }
        ObjectNode request = KeyCommand.request("transcript");
        request.put("ceremony", id);
        return desk.ask(request, KeyDesk.NO_SECRET).path("transcript").stringValue();
    }

    @Command(
            name = "verify",
            description = "Verifies a transcript: that it is as the module signed it. No key store is needed.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:it is as it was signed", "1:it is not, or cannot be read", "2:not understood"},
            mixinStandardHelpOptions = true)
    int verify(
            @Mixin Output output,
            @Parameters(paramLabel = "FILE", description = "What show --transcript printed.") Path file,
            @Option(
                            names = "--public-key",
                            paramLabel = "DIGITS",
                            description = "Public key of the module, from an export or metermint key audit.")
                    @Nullable String publicKey) {
        try {
            CeremonyTranscript found = CeremonyTranscript.verify(Files.readString(file));
            if (publicKey != null && !publicKey.equalsIgnoreCase(found.publicKey())) {
                throw new CommandFailure(
                        "the transcript is signed with another key, " + found.publicKey(),
                        "Ask whose it is; it is not one of that module.");
            }
            ObjectNode answer = KeyOperations.object();
            answer.put("signed_by", found.publicKey());
            answer.put("module", found.moduleId());
            answer.put("time", found.time().toString());
            answer.put("record", found.anchor().record());
            answer.put("chain_hash", found.anchor().chainHash());
            answer.set("ceremony", KeyOperations.ceremony(found.ceremony()));
            output.say(answer, KeyWords.transcript(answer, publicKey != null));
            return 0;
        } catch (SecurityModuleException e) {
            throw Refusals.of(e);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e.getMessage(), "Check its name.", e);
        }
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
