package org.metermint.app;

import java.io.PrintWriter;
import org.metermint.app.command.CustomerCommand;
import org.metermint.app.command.DatabaseCommand;
import org.metermint.app.command.Failures;
import org.metermint.app.command.ImportCommand;
import org.metermint.app.command.LedgerCommand;
import org.metermint.app.command.OutboxCommand;
import org.metermint.app.command.SaleCommand;
import org.metermint.app.command.StartCommand;
import org.metermint.app.command.UsageFailures;
import org.metermint.app.command.UtilityCommand;
import org.metermint.app.demo.DemoCommand;
import org.metermint.app.entitlement.FreeUnitsCommand;
import org.metermint.app.key.KeyCommand;
import org.metermint.app.load.LoadCommand;
import org.metermint.app.meter.MeterCommand;
import org.metermint.app.module.SecurityModuleCommand;
import org.metermint.app.tariff.TariffCommand;
import org.metermint.app.token.TokenCommand;
import org.metermint.app.vendor.VendorCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The program {@code metermint}. Each command is a class of its own, named here; none of them touches Spring or the
 * database before its work needs them, so that a short command stays short.
 */
@Command(
        name = "metermint",
        description = "Mints prepayment tokens and runs everything around them.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Metermint.Version.class,
        subcommands = {
            DemoCommand.class,
            StartCommand.class,
            SaleCommand.class,
            MeterCommand.class,
            TariffCommand.class,
            LedgerCommand.class,
            VendorCommand.class,
            FreeUnitsCommand.class,
            OutboxCommand.class,
            UtilityCommand.class,
            CustomerCommand.class,
            DatabaseCommand.class,
            ImportCommand.class,
            LoadCommand.class,
            TokenCommand.class,
            KeyCommand.class,
            SecurityModuleCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Metermint implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, ready to be executed. */
    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new Metermint());
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(new UsageFailures(command.getParameterExceptionHandler()))
                .setExecutionExceptionHandler(new Failures());
    }

    /** Without a command: what commands there are. */
    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        spec.commandLine().usage(out);
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Metermint.class.getPackage().getImplementationVersion();
            return new String[] {"metermint " + (version == null ? "development" : version)};
        }
    }
}
