package org.metermint.app.key;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.metermint.app.command.Failures;
import org.metermint.app.command.UsageFailures;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A command that ran, with what it said. */
record Ran(int status, String out, String err) {
    JsonNode json() {
        return new JsonMapper().readTree(out);
    }

    /** What a failure says with {@code --json}. */
    String message() {
        return json().path("error").path("message").stringValue() + "; "
                + json().path("error").path("remedy").stringValue();
    }

    /** Runs {@code metermint key} with lines of standard input; a blank parts arguments, and more follow as they are. */
    static Ran key(String input, String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" +", -1)));
        arguments.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(new KeyCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(new UsageFailures(line.getParameterExceptionHandler()))
                .setExecutionExceptionHandler(new Failures())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            int status = line.execute(arguments.toArray(String[]::new));
            return new Ran(status, out.toString(), err.toString());
        } finally {
            System.setIn(before);
        }
    }
}
