package org.metermint.app.key;

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

/** {@code metermint key}: the vending keys of a security module and what is done to them. */
@Command(
        name = "key",
        description =
                "Vending keys: ceremonies, life, backup, and what the module may issue. While a server has the key"
                        + " store open, the commands go to it.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            CeremonyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            RotateCommand.class,
            AuditCommand.class,
            ExportCommand.class,
            PolicyCommand.class,
            UsersCommand.class
        })
public final class KeyCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** A request with what it asks for. */
    static ObjectNode request(String what) {
        ObjectNode request = KeyOperations.object();
        request.put("do", what);
        return request;
    }

    @Command(
            name = "init",
            description =
                    "Makes a key store without keys. Under a key file that does not exist, makes the key file too.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
            mixinStandardHelpOptions = true)
    int init(@Mixin StoreOptions store, @Mixin Output output) {
        if (KeyFiles.isStore(store.directory())) {
            throw new CommandFailure(
                    "there is a key store in " + store.directory() + " already",
                    "Name another directory with --store.");
        }
        try (ConfiguredModule opened = store.open()) {
            String id = opened.module().status().moduleId();
            ObjectNode answer = KeyOperations.object();
            answer.put("store", store.directory().toString());
            answer.put("module", id);
            output.say(answer, "Made the key store of module " + id + " in " + store.directory());
        }
        return 0;
    }

    @Command(
            name = "list",
            description = "Every vending key, also those that are expired or destroyed.",
            mixinStandardHelpOptions = true)
    int list(@Mixin StoreOptions store, @Mixin Output output) {
        try (KeyDesk desk = store.desk()) {
            JsonNode answer = desk.ask(request("list"), KeyDesk.NO_SECRET);
            output.say(answer, KeyWords.list(answer));
        }
        return 0;
    }

    @Command(name = "show", description = "One vending key.", mixinStandardHelpOptions = true)
    int show(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Parameters(paramLabel = NAME, converter = KeyName.Converter.class, description = NAME_MEANS)
                    KeyName name) {
        try (KeyDesk desk = store.desk()) {
            JsonNode found = find(desk, name);
            output.say(found, KeyWords.key(found));
        }
        return 0;
    }

    private static final String NAME = "SGC/KRN/KT";
    private static final String NAME_MEANS = "Supply group, revision and type of the key, such as 201457/1/2.";

    private static JsonNode find(KeyDesk desk, KeyName name) {
        for (JsonNode key : desk.ask(request("list"), KeyDesk.NO_SECRET).path("keys")) {
            if (KeyWords.name(key).equals(name.toString())) {
                return key;
            }
        }
        throw new CommandFailure("there is no vending key " + name, "See metermint key list.");
    }

    @Command(
            name = "expire",
            description =
                    "Ends the life of a key before its expiry number does: from now on it is only good as the old key"
                            + " of a key change. There is no way back.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
            mixinStandardHelpOptions = true)
    int expire(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(paramLabel = NAME, converter = KeyName.Converter.class, description = NAME_MEANS) KeyName name,
            @Option(names = "--reason", required = true, paramLabel = "WORDS", description = "Why, for the record.")
                    String reason) {
        ObjectNode request = request("expire");
        name.addTo(request);
        request.put("by", by.name());
        request.put("reason", reason);
        try (KeyDesk desk = store.desk()) {
            JsonNode key = desk.ask(request, KeyDesk.NO_SECRET);
            output.say(key, "Expired. Meters leave it by a key change to a later revision.\n" + KeyWords.key(key));
        }
        return 0;
    }

    @Command(
            name = "destroy",
            description = "Destroys a key. What is known of it remains; copies and backups of the store still hold it.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
            mixinStandardHelpOptions = true)
    int destroy(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(paramLabel = NAME, converter = KeyName.Converter.class, description = NAME_MEANS) KeyName name,
            @Option(
                            names = "--confirmed-by",
                            required = true,
                            paramLabel = "NAME",
                            description = "Another person, who confirms it.")
                    String confirmedBy,
            @Option(names = "--reason", required = true, paramLabel = "WORDS", description = "Why, for the record.")
                    String reason,
            @Option(
                            names = "--check-value",
                            paramLabel = "DIGITS",
                            description =
                                    "Check value of the key, so that no other is destroyed; asked for without it.")
                    @Nullable String checkValue) {
        ObjectNode request = request("destroy");
        name.addTo(request);
        request.put("by", by.name());
        request.put("confirmed_by", confirmedBy);
        request.put("reason", reason);
        request.put(
                "check_value",
                checkValue == null
                        ? Hidden.askOpenly(confirmedBy + ", the check value of the key " + name)
                        : checkValue);
        try (KeyDesk desk = store.desk()) {
            JsonNode key = desk.ask(request, KeyDesk.NO_SECRET);
            output.say(key, "Destroyed. Copies and backups of the store still hold it.\n" + KeyWords.key(key));
        }
        return 0;
    }

    @Command(
            name = "test-keys",
            description =
                    "Takes in the public test keys of the standard's compliance tests. TEST ONLY: everybody knows them.",
            mixinStandardHelpOptions = true)
    int testKeys(@Mixin StoreOptions store, @Mixin Output output) {
        try (KeyDesk desk = store.desk()) {
            JsonNode answer = desk.ask(request("test-keys"), KeyDesk.NO_SECRET);
            output.say(answer, KeyWords.list(answer));
        }
        return 0;
    }
}
