package org.metermint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Processes of the program that a test starts, and ends with itself. What they say to standard error goes to one file. */
public final class Programs implements AutoCloseable {
    private final Path log;
    private final List<Process> started = new ArrayList<>();

    public Programs(Path log) {
        this.log = log;
    }

    /** Starts the program with its arguments. */
    public Process start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    /** Starts the program with more in its environment. */
    public Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Metermint.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** The next line of what a process says, as JSON. */
    public JsonNode said(Process process) throws IOException {
        String line = process.inputReader().readLine();
        assertThat(line).as("what it says; the log:\n%s", Files.readString(log)).isNotNull();
        return JsonMapper.shared().readTree(line);
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
