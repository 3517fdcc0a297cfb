package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.Metermint;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.RestClient;
import org.metermint.app.client.RestClient.Answer;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server without memory: started by the launcher, in a heap that is a quarter of its usual one, and filled by clients
 * as they are met. It ends, as whoever starts it again can see, and the next one knows every sale.
 */
@DisabledOnOs(OS.WINDOWS) // the launcher is a script
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutOfMemoryTest {
    /** What a virtual machine exits with that was told to end without memory. */
    private static final int OUT_OF_MEMORY = 3;

    /** As many connections as a server takes; a few hundred fill this heap. */
    private static final int MOST_CLIENTS = 2_000;

    private static final int PATIENCE_MILLIS = 10_000;

    @TempDir
    Path parent;

    @Test
    void server_withoutMemory_ends_andTheNextKnowsItsSales() throws Exception {
        Path data = parent.resolve("data");
        Path log = Files.createFile(parent.resolve("server.log"));
        Process server = launch(data, log);
        List<Socket> clients = new ArrayList<>();
        Answer sold;
        ClientFile client;
        try {
            String said = server.inputReader().readLine();
            assertThat(said).as("the server is up; %s", Files.readString(log)).isNotNull();
            URI url = URI.create(JsonMapper.shared().readTree(said).path("url").asString());
            client = ClientFile.read(data).orElseThrow();
            try (RestClient rest = new RestClient(client.url(), client.credential())) {
                sold = rest.sell("before", new RestClient.Order("01000000032", "100.00", "ZAR", "CASH"), false);
            }
            assertThat(sold.status()).as(sold.text()).isEqualTo(201);

            hesitate(server, url.getPort(), clients);
            assertThat(server.waitFor(60, TimeUnit.SECONDS))
                    .as("it ends under %d clients", clients.size())
                    .isTrue();
            assertThat(server.exitValue()).isEqualTo(OUT_OF_MEMORY);
            assertThat(server.inputReader().lines()).anyMatch(line -> line.contains("OutOfMemoryError"));
        } finally {
            server.destroyForcibly();
            for (Socket each : clients) {
                each.close();
            }
        }
        knows(data, log, client, sold);
    }

    /** The launcher as it is in the tree, in a home of its own where nothing is to be built. */
    private Process launch(Path data, Path log) throws IOException {
        Path home = Files.createDirectory(parent.resolve("home"));
        Path target = Files.createDirectories(home.resolve("app/target"));
        Files.copy(Path.of("../metermint"), home.resolve("metermint"));
        program(target.resolve("metermint.jar"));
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        home.resolve("metermint").toString(),
                        "start",
                        "--json",
                        "--port",
                        "0",
                        "--data",
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("METERMINT_JAVA_OPTS", "-Xmx64m -XX:TieredStopAtLevel=1");
        return builder.start();
    }

    /** A jar that is the program by naming where its classes are. */
    private static void program(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes facts = manifest.getMainAttributes();
        facts.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        facts.put(Attributes.Name.MAIN_CLASS, Metermint.class.getName());
        facts.put(
                Attributes.Name.CLASS_PATH,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .map(place -> Path.of(place).toUri().toString()) // ends with a slash if it is a directory
                        .collect(Collectors.joining(" ")));
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }

    /** More and more clients that begin a request, and do not end it. */
    private static void hesitate(Process server, int port, List<Socket> clients) {
        try {
            while (server.isAlive() && clients.size() < MOST_CLIENTS) {
                Socket client = new Socket();
                clients.add(client);
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
                client.getOutputStream()
                        .write("POST /v1/sales HTTP/1.1\r\nHost: localhost\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            assertThat(clients)
                    .as("the server, which is about to end, took some: %s", e)
                    .isNotEmpty();
        }
    }

    private static void knows(Path data, Path log, ClientFile client, Answer sold) throws Exception {
        ServerProcess next = ServerProcess.launch(data, log);
        try (RestClient rest = new RestClient(next.url(), client.credential())) {
            assertThat(rest.byRequest("before").text()).isEqualTo(sold.text());
            Answer more = rest.sell("after", new RestClient.Order("01000000032", "100.00", "ZAR", "CASH"), false);
            assertThat(more.status()).as(more.text()).isEqualTo(201);
        } finally {
            next.stop();
        }
    }
}
