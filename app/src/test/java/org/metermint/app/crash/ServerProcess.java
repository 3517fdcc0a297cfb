package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.metermint.app.Metermint;
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
        Process process = new ProcessBuilder(
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
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new ServerProcess(process, log);
    }

    /** Waits until the server answers. */
    String url() throws IOException {
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        assertThat(line).as("the server ended at once:\n%s", lastWords()).isNotNull();
        return JsonMapper.shared().readTree(line).path("url").asString();
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
