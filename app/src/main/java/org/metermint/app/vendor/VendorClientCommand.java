package org.metermint.app.vendor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Output;
import org.metermint.app.command.UtilityOptions;
import org.metermint.app.server.Registers;
import org.metermint.vending.vendor.Client;
import org.metermint.vending.vendor.ClientSecret;
import org.metermint.vending.vendor.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint vendor client}: who may do what. */
@Command(
        name = "client",
        description = "Clients of vendors and of the utility's own offices, and their roles.",
        mixinStandardHelpOptions = true)
final class VendorClientCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "add",
            description = "Makes a client and shows its secret, once.",
            footer = "%nRoles other than SELLER and SUPERVISOR are given here only, and not over the network.",
            mixinStandardHelpOptions = true)
    int add(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "ID", description = "1 to 64 of a-z, 0-9, '.', '_' and '-'.") String id,
            @Option(names = "--vendor", required = true, paramLabel = "CODE", description = "To whom it belongs.")
                    String vendor,
            @Option(
                            names = "--role",
                            defaultValue = "SELLER",
                            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
                    Role role,
            @Option(names = "--terminal", paramLabel = "NAME", description = "What the device is called.") @Nullable String terminal,
            @Option(
                            names = "--new-counter",
                            description = "Makes the vendor too: a counter or an office of the utility's own, without"
                                    + " a limit.")
                    boolean newCounter) {
        try (Registers registers = where.registers()) {
            var utility = registers.utility().id();
            boolean known = registers.vending().vendors().find(utility, vendor).isPresent();
            if (known == newCounter) {
                throw new CommandFailure(
                        "vendor " + vendor + (known ? " is there already" : " is not registered"),
                        known
                                ? "Leave out --new-counter."
                                : "Register it with metermint vendor register, or make a counter of the utility's own"
                                        + " with --new-counter.");
            }
            ClientSecret made =
                    registers.vending().clients().create(utility, id, vendor, role, Optional.ofNullable(terminal));
            Map<String, String> data = new LinkedHashMap<>();
            data.put("client", made.clientId());
            data.put("vendor", vendor);
            data.put("role", role.name());
            data.put("secret", made.secret());
            output.say(
                    data,
                    "client %s of %s, role %s%nsecret %s%nIt is shown this once."
                            .formatted(made.clientId(), vendor, role, made.secret()));
        }
        return 0;
    }

    @Command(name = "list", description = "The clients of a vendor.", mixinStandardHelpOptions = true)
    int list(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Option(names = "--vendor", required = true, paramLabel = "CODE", description = "Code of the vendor.")
                    String vendor) {
        try (Registers registers = where.registers()) {
            var clients = registers.vending().clients().of(registers.utility().id(), vendor);
            StringBuilder words = new StringBuilder();
            for (Client client : clients) {
                words.append("%-24s %-13s %s%s%n"
                        .formatted(
                                client.clientId(),
                                client.role(),
                                client.terminal().orElse(""),
                                client.disabled() ? " disabled" : ""));
            }
            output.say(
                    clients.stream().map(VendorClientCommand::data).toList(),
                    words.isEmpty()
                            ? "The vendor has no client."
                            : words.toString().stripTrailing());
        }
        return 0;
    }

    @Command(name = "disable", description = "Ends a client's access.", mixinStandardHelpOptions = true)
    int disable(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "ID", description = "Id of the client.") String id) {
        try (Registers registers = where.registers()) {
            registers.vending().clients().disable(registers.utility().id(), id);
            output.say(Map.of("client", id, "disabled", true), "client " + id + " is disabled");
        }
        return 0;
    }

    private static Map<String, Object> data(Client client) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("client", client.clientId());
        data.put("role", client.role().name());
        client.terminal().ifPresent(terminal -> data.put("terminal", terminal));
        data.put("disabled", client.disabled());
        return data;
    }
}
