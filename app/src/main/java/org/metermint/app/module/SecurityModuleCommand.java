package org.metermint.app.module;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code metermint security-module}: the security module apart from the server that sells. */
@Command(
        name = "security-module",
        description = "The security module in a process of its own, for vending systems that hold no keys.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = ServeCommand.class)
public final class SecurityModuleCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
