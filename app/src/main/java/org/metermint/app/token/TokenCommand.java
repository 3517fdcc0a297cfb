package org.metermint.app.token;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The token engine on the command line. */
@Command(
        name = "token",
        description = "Makes, reads and explains tokens.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            IssueCommand.class,
            DecodeCommand.class,
            ExplainCommand.class,
            KeyChangeCommand.class,
            TestTokenCommand.class,
            BatchCommand.class
        })
public final class TokenCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** Without a command: what commands there are. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
