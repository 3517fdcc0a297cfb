package org.metermint.app.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.Registers;
import org.metermint.vending.customer.Customer;
import org.metermint.vending.utility.Utility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint customer}: the people in the register. */
@Command(
        name = "customer",
        description = "The people in the register, beside a running server or without one.",
        mixinStandardHelpOptions = true)
public final class CustomerCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "erase",
            description = "Replaces name, phone and address of a customer by nothing, for good. Number, accounts, sales"
                    + " and books stay.",
            mixinStandardHelpOptions = true)
    int erase(
            @Mixin UtilityOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "NUMBER", description = "The utility's number of the customer.") String number,
            @Option(names = "--yes", description = "Do it: what is erased cannot be brought back.") boolean certain) {
        if (!certain) {
            throw new CommandFailure(
                    "what is erased cannot be brought back, not even from the sales", "Repeat the command with --yes.");
        }
        try (Registers registers = where.registers()) {
            Utility utility = registers.utility();
            Customer erased = registers.vending().customers().erase(utility.id(), number);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("number", erased.number());
            facts.put("erased_at", erased.erasedAt().orElseThrow().toString());
            output.say(
                    facts,
                    "Customer " + number + " has no name, phone or address since "
                            + erased.erasedAt().orElseThrow() + ".");
        }
        return 0;
    }
}
