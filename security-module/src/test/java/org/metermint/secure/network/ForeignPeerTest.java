package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A client that shares no line with this project: Thrift's compiler makes it in Python from the published definition, and
 * Thrift's own library runs it over TLS. Both come from Debian: {@code thrift-compiler} and {@code python3-thrift}.
 */
class ForeignPeerTest {
    private static final Path DEFINITION =
            Path.of(System.getProperty("metermint.root")).resolve("docs/reference/token-api.thrift");

    @TempDir
    Path directory;

    private ServerFixture fixture;

    @Test
    void foreignPeer_signsInIssuesVerifiesAndFetchesAlsoAfterARestart() throws Exception {
        Path generated = Files.createDirectory(directory.resolve("generated"));
        run("thrift", "--gen", "py", "-out", generated.toString(), DEFINITION.toString());
        Map<String, JsonNode> before;
        Map<String, JsonNode> after;
        try (ServerFixture server = new ServerFixture(directory)) {
            fixture = server;
            before = peer(generated, "issue");
            fixture.restart();
            after = peer(generated, "fetch");
        }
        assertThat(before.get("ping").asString()).isEqualTo("Grüße");
        assertRefused(before, "wrong password", "ESignin.Authentication");
        assertRefused(before, "no session", "EAuthentication.Token");
        assertRefused(before, "unknown key", "EKeystore.NotFound");
        assertRefused(before, "fraction", "EParamRange");
        assertRefused(before, "licence", "EService.Disabled");
        assertThat(before.get("status").get(0).get("info").get("ApiType").asString())
                .isEqualTo("vending");
        assertIssued(before);
        for (String id : List.of("peer-credit", "peer-mse", "peer-kct", "peer-moving")) {
            assertThat(after.get("fetch " + id)).as(id).isEqualTo(before.get("fetch " + id));
        }
        assertRefused(after, "fetch peer-unknown", "ECacheMiss");
    }

    @Test
    void clientOnThePage_sellsAToken() throws Exception {
        String page = Files.readString(DEFINITION.resolveSibling("security-module-api.md"));
        String client = page.substring(page.indexOf("```python\n") + 10);
        Path generated = Files.createDirectory(directory.resolve("gen-py"));
        run("thrift", "--gen", "py", "-out", generated.toString(), DEFINITION.toString());
        try (ServerFixture server = new ServerFixture(directory)) {
            Path script = Files.writeString(
                    directory.resolve("client.py"),
                    client.substring(0, client.indexOf("```"))
                            .replace("\"gen-py\"", quoted(generated))
                            .replace(
                                    "\"module.example\"",
                                    quoted(server.address().getAddress().getHostAddress()))
                            .replace("9443", Integer.toString(server.address().getPort()))
                            .replace("\"module.pem\"", quoted(Certificates.pem(server.certificate())))
                            .replace("\"till-1\"", quoted(ServerFixture.ADMIN))
                            .replace("\"its password\"", quoted(ServerFixture.PASSWORD)));
            List<String> printed = run("/usr/bin/python3", script.toString())
                    .lines()
                    .filter(line -> line.matches("\\d{20}.*")) // beside what Python says of its libraries
                    .toList();
            assertThat(printed).hasSize(2);
            assertThat(printed.getFirst()).matches("\\d{20} 10\\.2 kWh").startsWith(printed.getLast());
        }
    }

    private static String quoted(Object text) {
        return "\"" + text + "\"";
    }

    private static void assertIssued(Map<String, JsonNode> calls) {
        JsonNode credit = calls.get("credit").get(0);
        assertThat(credit.get("description").asString()).isEqualTo("Credit:Electricity");
        assertThat(credit.get("transferAmount").asDouble()).isEqualTo(102.0);
        assertThat(credit.get("scaledAmount").asString()).isEqualTo("10.2");
        assertThat(credit.get("tokenDec").asString()).matches("\\d{20}");
        assertThat(calls.get("verify").get("validationResult").asString()).isEqualTo("EVerify.Ok");
        assertThat(calls.get("verify").get("token")).isEqualTo(credit);
        assertThat(calls.get("management").get(0).get("description").asString()).isEqualTo("SetMaximumPowerLimit");
        assertThat(calls.get("key change").size()).isEqualTo(2);
        assertThat(calls.get("meter test").get("tokenDec").asString()).isEqualTo("56493153725450313471");
        assertThat(calls.get("moving credit").size()).isEqualTo(4);
        assertThat(calls.get("parse").get("krn").asInt()).isEqualTo(1);
        assertThat(calls.get("fetch peer-credit")).isEqualTo(calls.get("credit"));
        assertThat(calls.get("fetch peer-mse")).isEqualTo(calls.get("management"));
        assertThat(calls.get("fetch peer-kct")).isEqualTo(calls.get("key change"));
        assertThat(calls.get("fetch peer-moving")).isEqualTo(calls.get("moving credit"));
    }

    private static void assertRefused(Map<String, JsonNode> calls, String call, String code) {
        assertThat(calls.get(call).get("refused").asString()).as(call).isEqualTo(code);
    }

    /** The results of one run of the peer, by call. */
    private Map<String, JsonNode> peer(Path generated, String step) throws IOException, InterruptedException {
        Path script = directory.resolve("foreign_peer.py");
        try (InputStream in = ForeignPeerTest.class.getResourceAsStream("foreign_peer.py")) {
            Files.write(script, Objects.requireNonNull(in).readAllBytes());
        }
        String output = run(
                "/usr/bin/python3",
                script.toString(),
                generated.toString(),
                fixture.address().getAddress().getHostAddress(),
                Integer.toString(fixture.address().getPort()),
                Certificates.pem(fixture.certificate()).toString(),
                ServerFixture.ADMIN,
                ServerFixture.PASSWORD,
                step);
        Map<String, JsonNode> results = new LinkedHashMap<>();
        for (String line : output.lines().filter(line -> line.startsWith("{")).toList()) {
            JsonNode node = new ObjectMapper().readTree(line);
            results.put(node.get("call").asString(), node.get("result"));
        }
        return results;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    command[0] + " is missing; install thrift-compiler and python3-thrift, as ./metermint test does",
                    e);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
