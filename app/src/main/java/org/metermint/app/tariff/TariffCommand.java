package org.metermint.app.tariff;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code metermint tariff}: tariffs as published: checked, imported, explained. */
@Command(
        name = "tariff",
        description = "Checks published tariffs against their worked examples, imports them, and explains prices.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {CheckCommand.class, TariffImportCommand.class, QuoteCommand.class})
public final class TariffCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
