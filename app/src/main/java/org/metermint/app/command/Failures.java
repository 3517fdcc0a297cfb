package org.metermint.app.command;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.metermint.app.CommandFailure;
import org.metermint.vending.refusal.RefusedException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns what a command throws into words on standard error, or with {@code --json} into an {@code error} object on
 * standard output, and into exit code {@value #FAILED}. A failure that nobody foresaw keeps its stack trace.
 */
public final class Failures implements IExecutionExceptionHandler {

    /** The command was understood, and could not be done. */
    public static final int FAILED = 1;

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments)
            throws Exception {
        CommandFailure foreseen = foreseen(failure).orElseThrow(() -> failure);
        if (command.getParseResult().hasMatchedOption("--json")) {
            tellPrograms(command, foreseen.getMessage(), foreseen.remedy());
        } else {
            PrintWriter err = command.getErr();
            err.println("metermint: " + foreseen.getMessage());
            err.println("  " + foreseen.remedy());
            err.flush();
        }
        return FAILED;
    }

    /** The form that a failure has with {@code --json}. */
    static void tellPrograms(CommandLine command, String message, String remedy) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("remedy", remedy);
        PrintWriter out = command.getOut();
        out.println(JsonMapper.shared().writeValueAsString(Map.of("error", error)));
        out.flush();
    }

    private static Optional<CommandFailure> foreseen(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailure found) {
                return Optional.of(found);
            }
            if (cause instanceof RefusedException refused) {
                return Optional.of(new CommandFailure(
                        refused.refusal().code().title() + ": "
                                + refused.refusal().detail(),
                        refused.refusal().code().remedy(),
                        refused));
            }
        }
        return Optional.empty();
    }
}
