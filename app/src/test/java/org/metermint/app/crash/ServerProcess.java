package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.metermint.app.Metermint;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server in a process of its own, which a test may kill. */
final class ServerProcess {

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static ServerProcess launch(Path data, Path log) throws IOException {
        return launch(List.of(), data, log);
    }

    /**
     * Launches a server by way of a program that takes a command line, and becomes it.
     *
     * @param by that program and its own arguments
     */
    static ServerProcess launch(List<String> by, Path data, Path log) throws IOException {
        List<String> command = new ArrayList<>(by);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // lives for seconds: compiling harder would only delay it
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Metermint.class.getName(),
                "start",
                "--json",
                "--port",
                "0",
                "--data",
                data.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new ServerProcess(process, log);
    }

    /** Waits until the server answers. */
    String url() throws IOException {
        JsonNode said = firstWords();
        assertThat(said.path("url").isString()).as("the server is up: %s", said).isTrue();
        return said.path("url").asString();
    }

    /** Waits until the server has said why it does not start. */
    JsonNode refusal() throws IOException, InterruptedException {
        JsonNode said = firstWords();
        assertThat(process.waitFor()).as("exit code after %s", said).isEqualTo(1);
        return said.path("error");
    }

    private JsonNode firstWords() throws IOException {
        String line = process.inputReader().readLine();
        assertThat(line).as("the server ended at once:\n%s", lastWords()).isNotNull();
        return JsonMapper.shared().readTree(line);
    }

    /** Ends the process as kill -9 does: nothing in it gets to run again. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks the process to end, and waits until it has. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("server stops when asked")
                .isTrue();
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
