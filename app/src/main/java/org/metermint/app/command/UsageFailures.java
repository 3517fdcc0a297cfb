package org.metermint.app.command;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/**
 * Tells that a command line was not understood: people get the usage on standard error, and whoever wrote {@code
 * --json} the {@code error} object that every other failure has.
 */
public final class UsageFailures implements IParameterExceptionHandler {

    private final IParameterExceptionHandler forPeople;

    /** Usage failures, told to people by {@code forPeople}. */
    public UsageFailures(IParameterExceptionHandler forPeople) {
        this.forPeople = forPeople;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) throws Exception {
        if (!Arrays.asList(arguments).contains("--json")) {
            return forPeople.handleParseException(failure, arguments);
        }
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        Failures.tellPrograms(
                command, String.valueOf(failure.getMessage()), "See " + name + " --help for what it takes.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }
}
