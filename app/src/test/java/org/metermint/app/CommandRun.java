package org.metermint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.metermint.app.command.Failures;
import org.metermint.app.command.UsageFailures;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A command run in this process as the command line runs it, on one data directory. */
public final class CommandRun {
    private CommandRun() {}

    /** What a command prints with {@code --json}. */
    public static JsonNode json(Path data, int status, Object command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return JsonMapper.shared().readTree(text(data, status, command, all.toArray(String[]::new)));
    }

    /** What a command prints, to either stream. */
    public static String text(Path data, int status, Object command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(command);
        int exited = line.setParameterExceptionHandler(new UsageFailures(line.getParameterExceptionHandler()))
                .setExecutionExceptionHandler(new Failures())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(all.toArray(String[]::new));
        assertThat(exited).as(out.toString()).isEqualTo(status);
        return out.toString();
    }
}
