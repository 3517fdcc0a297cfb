package org.metermint.app.key;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.app.command.Output;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.TokenKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key users}: who may sign in to the module over the network, and what for. */
@Command(
        name = "users",
        description = "Clients of the module: who may sign in over the network, and for which tokens.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class UsersCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** What a command makes of the clients of a policy. */
    @FunctionalInterface
    private interface Change {
        void apply(ArrayNode clients);
    }

    private static void change(StoreOptions store, ByOption by, Change change) {
        try (KeyDesk desk = store.desk()) {
            JsonNode seen =
                    desk.ask(KeyCommand.request("policy"), KeyDesk.NO_SECRET).path("policy");
            ObjectNode next = (ObjectNode) seen.deepCopy();
            change.apply((ArrayNode) next.get("clients"));
            ObjectNode request = KeyCommand.request("set-policy");
            request.set("seen", seen);
            request.set("policy", next);
            request.put("by", by.name());
            desk.ask(request, KeyDesk.NO_SECRET);
        }
    }

    private static @Nullable ObjectNode find(ArrayNode clients, String name) {
        for (JsonNode client : clients) {
            if (client.path("name").stringValue().equals(name)) {
                return (ObjectNode) client;
            }
        }
        return null;
    }

    private static ObjectNode require(ArrayNode clients, String name) {
        ObjectNode client = find(clients, name);
        if (client == null) {
            throw new CommandFailure("there is no user " + name, "See metermint key users list.");
        }
        return client;
    }

    @Command(name = "list", description = "Every client, without its password.", mixinStandardHelpOptions = true)
    int list(@Mixin StoreOptions store, @Mixin Output output) {
        try (KeyDesk desk = store.desk()) {
            ArrayNode clients = KeyOperations.object().putArray("clients");
            for (JsonNode client : desk.ask(KeyCommand.request("policy"), KeyDesk.NO_SECRET)
                    .path("policy")
                    .path("clients")) {
                ObjectNode shown = (ObjectNode) client.deepCopy();
                shown.put("password", !client.path("password").isNull());
                clients.add(shown);
            }
            output.say(clients, clients.valueStream().map(UsersCommand::words).collect(Collectors.joining("\n")));
        }
        return 0;
    }

    private static String words(JsonNode client) {
        JsonNode groups = client.path("supplyGroups");
        JsonNode rate = client.path("tokensPerSecond");
        return "%-20s %-11s %-14s %-14s %s"
                .formatted(
                        client.path("name").stringValue(),
                        client.path("password").booleanValue() ? "password" : "no sign-in",
                        groups.isNull() ? "all groups" : joined(groups),
                        rate.isNull() ? "any rate" : rate + " tokens/s",
                        joined(client.path("kinds")))
                .stripTrailing();
    }

    private static String joined(JsonNode texts) {
        return texts.valueStream().map(JsonNode::stringValue).collect(Collectors.joining(" "));
    }

    @Command(
            name = "add",
            description =
                    "Lets a client sign in. Its password is asked for without showing it at a terminal, else one line"
                            + " of standard input.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
            mixinStandardHelpOptions = true)
    int add(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(paramLabel = "NAME", description = "1 to 32 of a-z 0-9 . _ -") String name,
            @Option(
                            names = "--kind",
                            split = ",",
                            paramLabel = "KIND",
                            description = "Tokens that it may have: ${COMPLETION-CANDIDATES}; default all.")
                    @Nullable List<TokenKind> kinds,
            @Option(
                            names = "--supply-group",
                            split = ",",
                            paramLabel = "SGC",
                            description = "Supply groups for whose meters; default all.")
                    @Nullable List<String> groups,
            @Option(
                            names = "--rate",
                            defaultValue = "0",
                            paramLabel = "N",
                            description = "Tokens a second; default any.")
                    int rate) {
        String password = newPassword();
        change(store, by, clients -> {
            if (find(clients, name) != null) {
                throw new CommandFailure(
                        "there is a user " + name + " already", "Remove it first, or give it another password.");
            }
            ObjectNode client = clients.addObject();
            client.put("name", name);
            ArrayNode permitted = client.putArray("kinds");
            Set<TokenKind> all = new LinkedHashSet<>(kinds == null ? Arrays.asList(TokenKind.values()) : kinds);
            all.forEach(kind -> permitted.add(kind.name()));
            client.putNull("supplyGroups");
            if (groups != null) {
                groups.forEach(client.putArray("supplyGroups")::add);
            }
            client.putNull("tokensPerSecond");
            if (rate != 0) {
                client.put("tokensPerSecond", rate);
            }
            client.put("password", password);
        });
        return said(output, name, "User " + name + " may sign in.");
    }

    @Command(
            name = "set-password",
            description = "Gives a client another password.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
            mixinStandardHelpOptions = true)
    int setPassword(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(paramLabel = "NAME", description = "Of the client.") String name) {
        String password = newPassword();
        change(store, by, clients -> require(clients, name).put("password", password));
        return said(output, name, "User " + name + " has a new password.");
    }

    @Command(name = "remove", description = "Takes a client away.", mixinStandardHelpOptions = true)
    int remove(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(paramLabel = "NAME", description = "Of the client.") String name) {
        change(store, by, clients -> {
            require(clients, name);
            clients.removeIf(client -> client.path("name").stringValue().equals(name));
        });
        return said(output, name, "User " + name + " is removed.");
    }

    private static String newPassword() {
        char[] password = Hidden.askNew("password");
        try {
            return PasswordHash.of(password).text();
        } catch (IllegalArgumentException e) {
            throw Refusals.of(String.valueOf(e.getMessage()), e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static int said(Output output, String name, String words) {
        ObjectNode answer = KeyOperations.object();
        answer.put("user", name);
        output.say(answer, words);
        return 0;
    }
}
