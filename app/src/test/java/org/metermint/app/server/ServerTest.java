package org.metermint.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.Credential;
import org.metermint.app.command.Failures;
import org.metermint.app.command.SaleCommand;
import org.metermint.app.database.DataDirectory;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import picocli.CommandLine;

class ServerTest {

    private static final Settings ANY_PORT = Settings.defaults().with(Setting.HTTP_PORT, "0");

    @TempDir
    Path parent;

    @Test
    void server_startsTwiceOnTheSameData_andShowsItsCredentialOnce() throws Exception {
        Path data = parent.resolve("data");
        try (Server server = Server.start(ANY_PORT, data)) {
            assertThat(server.url()).startsWith("http://127.0.0.1:");
            assertThat(get(server, "/actuator/health").body()).contains("\"database\":{\"status\":\"UP\"}");
            assertThat(get(server, "/v1/nothing").statusCode()).isEqualTo(401);
            assertThat(get(server, "/actuator/prometheus").body())
                    .contains("jvm_memory_used_bytes")
                    .contains("http_server_requests_seconds_count{method=\"GET\",status=\"401\",uri=\"-\"} 1");
            assertThat(get(server, "/actuator/env").statusCode()).isEqualTo(404);
            assertThat(server.installation().firstCredential()).isPresent();

            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> Server.start(ANY_PORT, data))
                    .withMessageContaining(
                            "is in use by process " + ProcessHandle.current().pid());
            assertThat(get(server, "/actuator/health").statusCode()).isEqualTo(200);
        }
        try (Server server = Server.start(ANY_PORT, data)) {
            assertThat(server.installation().firstCredential()).isEmpty();
        }
    }

    @Test
    void sale_wrongCredential_isRefusedInWords() {
        try (Server server = Server.start(ANY_PORT, parent.resolve("data"));
                DataDirectory till = DataDirectory.open(parent.resolve("till"))) {
            String client =
                    server.installation().firstCredential().orElseThrow().clientId();
            ClientFile.write(till, server.url(), new Credential(client, "guessed"));
            StringWriter out = new StringWriter();
            int exitCode = new CommandLine(new SaleCommand())
                    .setExecutionExceptionHandler(new Failures())
                    .setErr(new PrintWriter(out))
                    .execute("sell", "--meter", "01000000016", "--tender", "1", "--data", "" + till.path());
            assertThat(exitCode).isEqualTo(1);
            assertThat(out.toString())
                    .startsWith("metermint: The credential is not valid")
                    .contains("Check client id and secret")
                    .doesNotContain("guessed", "Exception");
        }
    }

    @Test
    void start_portTaken_saysSoAndFreesTheData() throws IOException {
        Path data = parent.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> Server.start(ANY_PORT.with(Setting.HTTP_PORT, port), data))
                    .withMessage("port " + port + " on 127.0.0.1 is in use by another program")
                    .satisfies(failure -> assertThat(failure.remedy()).contains("--port"));
        }
        Server.start(ANY_PORT, data).close();
    }

    @Test
    void database_killedUnderTheServer_isReportedAndComesBack() throws Exception {
        try (Server server = Server.start(ANY_PORT, parent.resolve("data"))) {
            long database =
                    server.installation().database().embedded().orElseThrow().pid();
            ProcessHandle.of(database).orElseThrow().destroyForcibly();

            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (server.installation().database().embedded().orElseThrow().pid() == database
                    || get(server, "/actuator/health").statusCode() != 200) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(100);
            }
        }
    }

    private static HttpResponse<String> get(Server server, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
