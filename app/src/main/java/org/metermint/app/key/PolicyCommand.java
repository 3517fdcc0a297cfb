package org.metermint.app.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code metermint key policy}: what the module lets its clients have. */
@Command(
        name = "policy",
        description = "What the module issues, and to whom.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class PolicyCommand implements Runnable {
    private static final long MAX_OCTETS = 1 << 19;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "show", description = "The policy as JSON, for editing.", mixinStandardHelpOptions = true)
    int show(@Mixin StoreOptions store, @Mixin Output output) {
        try (KeyDesk desk = store.desk()) {
            JsonNode policy =
                    desk.ask(KeyCommand.request("policy"), KeyDesk.NO_SECRET).path("policy");
            output.say(
                    policy, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(policy));
        }
        return 0;
    }

    @Command(
            name = "set",
            description = "Replaces the policy by that of a file; every member of it must be there.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:done", "1:refused or failed", "2:not understood"},
            mixinStandardHelpOptions = true)
    int set(
            @Mixin StoreOptions store,
            @Mixin Output output,
            @Mixin ByOption by,
            @Parameters(paramLabel = "FILE", description = "What show printed, edited.") Path file) {
        ObjectNode request = KeyCommand.request("set-policy");
        request.set("policy", read(file));
        request.put("by", by.name());
        try (KeyDesk desk = store.desk()) {
            JsonNode policy = desk.ask(request, KeyDesk.NO_SECRET).path("policy");
            output.say(policy, "The policy holds from now on.");
        }
        return 0;
    }

    private static JsonNode read(Path file) {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw new CommandFailure(
                        file + " is larger than " + MAX_OCTETS + " octets", "Check that it is a policy.");
            }
            return JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no file " + file, "Check its name.", e);
        } catch (IOException | JacksonException e) {
            throw new CommandFailure(file + " cannot be read as JSON: " + e.getMessage(), "Correct it.", e);
        }
    }
}
