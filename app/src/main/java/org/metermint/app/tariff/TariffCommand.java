package org.metermint.app.tariff;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code metermint tariff}: tariffs as published, checked and imported. */
@Command(
        name = "tariff",
        description = "Checks published tariffs against their worked examples, and imports them.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {CheckCommand.class, TariffImportCommand.class})
public final class TariffCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
