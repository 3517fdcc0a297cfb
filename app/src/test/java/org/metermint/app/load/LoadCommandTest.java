package org.metermint.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.command.Failures;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs against servers that are right, slow and wrong, over real connections. */
class LoadCommandTest {

    @TempDir
    Path directory;

    private Path clients;

    private record Outcome(int exitCode, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        List<String> faults() {
            return StreamSupport.stream(json().path("faults").spliterator(), false)
                    .map(JsonNode::asString)
                    .toList();
        }

        long count(String outcome) {
            return json().path("outcomes").path(outcome).path("count").asLong();
        }
    }

    @BeforeEach
    void writeClients() throws IOException {
        clients = Files.writeString(directory.resolve("clients"), "# invented\na.one:secret-1\na.two:secret-2\n");
    }

    private Outcome load(FakeServer server, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--url", server.url(), "--clients", clients.toString(), "--meters", "08:1000"));
        if (!List.of(more).contains("--warm-up")) {
            arguments.addAll(List.of("--warm-up", "0"));
        }
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(new LoadCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new Failures())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @Test
    void closedLoop_serverThatIsRight_isProved() throws IOException {
        try (FakeServer server = new FakeServer()) {
            Outcome outcome = load(server, "--seconds", "1", "--connections", "4", "--json");
            assertThat(outcome.faults()).isEmpty();
            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.json().path("sales").asInt()).isEqualTo(server.answers.size());
            assertThat(outcome.json().path("sales_confirmed").asInt()).isEqualTo(server.answers.size());
            assertThat(outcome.count("SOLD")).isPositive();
            assertThat(outcome.json().path("sold_per_second").asLong()).isPositive();
        }
    }

    @Test
    void words_tellSecondsTableAndProof() throws IOException {
        try (FakeServer server = new FakeServer()) {
            Outcome outcome = load(server, "--seconds", "2", "--connections", "2", "--warm-up", "1");
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.out())
                    .contains("2 connections, 2 clients, closed loop", "warm-up", "p99.9", "SOLD", "Nothing is wrong: ")
                    .doesNotContain("secret-1");
        }
    }

    @Test
    void openLoop_serverThatStalls_isSeenToStallByEveryOrderThatWaits() throws IOException {
        CountDownLatch closing = new CountDownLatch(1);
        AtomicBoolean stalled = new AtomicBoolean();
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                if (!stalled.getAndSet(true)) {
                    await(closing, 1_500);
                }
                return super.sell(request, tender);
            }
        }) {
            Outcome outcome = load(
                    server, "--seconds", "1", "--connections", "1", "--rate", "200", "--arrivals", "fixed", "--json");
            JsonNode due = outcome.json().path("outcomes").path("SOLD");
            JsonNode sent = outcome.json().path("sold_from_sending");
            assertThat(due.path("count").asInt()).isEqualTo(200);
            assertThat(due.path("p50").asDouble()).isGreaterThan(900); // half of them were due 0.5 s before the end
            assertThat(sent.path("p50").asDouble()).isLessThan(due.path("p50").asDouble());
        } finally {
            closing.countDown();
        }
    }

    @Test
    void duplicates_leaveAtOnceAndGetTheIdenticalAnswer() throws IOException {
        Map<String, AtomicInteger> copies = new ConcurrentHashMap<>();
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                if (copies.computeIfAbsent(request, unused -> new AtomicInteger())
                                .incrementAndGet()
                        > 1) {
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // the run ends without them unless it waits
                }
                return super.sell(request, tender);
            }
        }) {
            Outcome outcome = load(server, "--seconds", "1", "--connections", "4", "--duplicates", "0.5", "--json");
            assertThat(outcome.exitCode()).as(outcome.out()).isZero();
            assertThat(copies.values().stream().mapToInt(AtomicInteger::get))
                    .contains(1)
                    .anyMatch(count -> count > 1)
                    .allMatch(count -> count <= 4);
            assertThat(outcome.json().path("same_answers").asInt())
                    .isEqualTo(copies.values().stream()
                            .mapToInt(count -> count.get() - 1)
                            .sum());
        }
    }

    @Test
    void server_thatSellsCopiesTwice_isNamed() throws IOException {
        Map<String, AtomicInteger> copies = new ConcurrentHashMap<>();
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                int copy = copies.computeIfAbsent(request, unused -> new AtomicInteger())
                        .incrementAndGet();
                return copy == 1 ? super.sell(request, tender) : sale(request, tender);
            }
        }) {
            assertWrong(
                    load(server, "--seconds", "1", "--duplicates", "0.3", "--json"),
                    "two answers that are not the same");
        }
    }

    @Test
    void server_thatLosesASale_isNamed() throws IOException {
        AtomicBoolean lost = new AtomicBoolean();
        try (FakeServer server = new FakeServer() {
            @Override
            Answer find(String request) {
                return answers.containsKey(request) && !lost.getAndSet(true)
                        ? Answer.problem(404, "NOT_FOUND")
                        : super.find(request);
            }
        }) {
            Outcome outcome = load(server, "--seconds", "1", "--json");
            assertWrong(outcome, "acknowledged as sold, and now unknown: the sale is lost");
            assertThat(outcome.json().path("fault_count").asInt()).isEqualTo(1);
        }
    }

    @Test
    void server_thatChangesAnAnswer_isNamed() throws IOException {
        try (FakeServer server = new FakeServer() {
            @Override
            Answer find(String request) {
                Answer found = super.find(request);
                return request.endsWith("7") && found.status() == 201
                        ? new Answer(201, found.body().replace("COMPLETED", "DELIVERED"))
                        : found;
            }
        }) {
            assertWrong(
                    load(server, "--seconds", "1", "--json"), "acknowledged, and now answered otherwise than it was");
        }
    }

    @Test
    void server_thatGivesOneTokenTwice_isNamed() throws IOException {
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                return answers.computeIfAbsent(
                        request,
                        id -> new Answer(
                                201,
                                sale(id, tender)
                                        .body()
                                        .replaceAll("\"digits\":\"[0-9]{19}", "\"digits\":\"" + "1".repeat(19))));
            }
        }) {
            assertWrong(load(server, "--seconds", "1", "--json", "--verify", "none"), "one token for two");
        }
    }

    @Test
    void server_thatTakesAnotherTender_isNamed() throws IOException {
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                return super.sell(request, request.endsWith("3") ? "1.00" : tender);
            }
        }) {
            assertWrong(load(server, "--seconds", "1", "--json"), "the sale's tender is not the");
        }
    }

    @Test
    void server_thatSellsWhatItRefused_isNamed() throws IOException {
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                Answer sold = super.sell(request, tender);
                return request.endsWith("5") ? Answer.problem(422, "METER_BLOCKED") : sold;
            }
        }) {
            Outcome outcome = load(server, "--seconds", "1", "--json");
            assertWrong(outcome, "refused for good, and now sold");
            assertThat(outcome.count("METER_BLOCKED")).isPositive();
        }
    }

    @Test
    void server_thatAnswersSoldWithoutASale_isNamed() throws IOException {
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                Answer sold = super.sell(request, tender);
                return request.endsWith("2") ? new Answer(201, sold.body().substring(0, 60)) : sold;
            }
        }) {
            assertWrong(load(server, "--seconds", "1", "--json"), "answered 201 without a sale and its token");
        }
    }

    /** Requests that are lost on either way are no fault: each is found sold, or absent. */
    @Test
    void answers_thatAreLost_areFoundAfterwards() throws IOException {
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                if (request.endsWith("4")) {
                    return Answer.NONE; // lost before it was taken
                }
                Answer sold = super.sell(request, tender);
                return request.endsWith("8") ? Answer.NONE : sold; // lost after it was sold
            }
        }) {
            Outcome outcome = load(server, "--seconds", "1", "--connections", "4", "--json");
            assertThat(outcome.exitCode()).as(outcome.out()).isZero();
            assertThat(outcome.count("CONNECTION")).isPositive();
            assertThat(outcome.json().path("absent").asInt()).isPositive();
            assertThat(outcome.json().path("sold_unacknowledged").asInt()).isPositive();
            assertThat(outcome.json().path("sales").asInt()).isEqualTo(server.answers.size());
        }
    }

    @Test
    void overload_isCountedByCode_andProved() throws IOException {
        AtomicInteger turn = new AtomicInteger();
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                return turn.incrementAndGet() % 3 == 0
                        ? Answer.problem(503, "OVERLOADED")
                        : super.sell(request, tender);
            }
        }) {
            Outcome outcome = load(server, "--seconds", "1", "--connections", "4", "--json");
            assertThat(outcome.exitCode()).as(outcome.out()).isZero();
            assertThat(outcome.count("OVERLOADED")).isPositive();
            assertThat(outcome.json().path("absent").asInt()).isPositive();
        }
    }

    /** Each request is answered only when it comes the third time: no order ends before. */
    @Test
    void retryStorm_asksAgainUntilItIsDecided() throws IOException {
        Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
        CountDownLatch closing = new CountDownLatch(1);
        try (FakeServer server = new FakeServer() {
            @Override
            Answer sell(String request, String tender) {
                int attempt = attempts.computeIfAbsent(request, unused -> new AtomicInteger())
                        .incrementAndGet();
                if (attempt == 1) {
                    await(closing, 600_000);
                }
                return attempt == 2 ? Answer.problem(503, "SALE_IN_PROGRESS") : super.sell(request, tender);
            }
        }) {
            Outcome outcome =
                    load(server, "--seconds", "1", "--connections", "4", "--retry-storm", "--timeout", "100", "--json");
            assertThat(outcome.exitCode()).as(outcome.out()).isZero();
            assertThat(outcome.json().path("repeated").asInt()).isGreaterThanOrEqualTo(2 * server.answers.size());
            assertThat(outcome.json().path("outcomes").path("SOLD").path("p50").asDouble())
                    .isGreaterThanOrEqualTo(100);
        } finally {
            closing.countDown();
        }
    }

    @Test
    void server_thatIsAway_orDoesNotKnowTheClient_isToldBefore() throws IOException {
        Outcome away = run("--url", "http://127.0.0.1:1", "--clients", clients.toString(), "--meters", "08:10");
        assertThat(away.exitCode()).isEqualTo(1);
        assertThat(away.err()).contains("the connection was refused or broke", "metermint start");
        try (FakeServer server = new FakeServer() {
            @Override
            Answer find(String request) {
                return Answer.problem(401, "CREDENTIAL_INVALID");
            }
        }) {
            Outcome unknown = load(server);
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.err()).contains("CREDENTIAL_INVALID").doesNotContain("secret-1");
        }
    }

    @Test
    void options_outsideTheirBounds_areRefusedWithTheBound() throws IOException {
        try (FakeServer server = new FakeServer()) {
            assertThat(load(server, "--connections", "0").err()).contains("--connections 0 is outside 1..16384");
            assertThat(load(server, "--seconds", "0").err()).contains("--seconds 0 is outside 1..86400");
            assertThat(load(server, "--rate", "0").err()).contains("--rate 0.0 is outside");
            assertThat(load(server, "--hot-vendor", "1.5").err()).contains("--hot-vendor 1.5 is outside 0..1");
            assertThat(load(server, "--tenders", "5.00").err()).contains("are no range", "5.00-200.00");
            assertThat(load(server, "--client", "x").err()).contains("no client is named, or more than one");
        }
        assertThat(run("--url", "https://127.0.0.1:1", "--clients", clients.toString(), "--meters", "08:1")
                        .err())
                .contains("not of the form http://host:port");
        Files.writeString(clients, "one-without-secret\n");
        assertThat(run("--clients", clients.toString(), "--meters", "08:1").err())
                .contains("line 1 is no credential")
                .doesNotContain("one-without-secret");
    }

    private static void assertWrong(Outcome outcome, String fault) {
        assertThat(outcome.faults()).isNotEmpty().anyMatch(words -> words.contains(fault));
        assertThat(outcome.exitCode()).isEqualTo(LoadCommand.WRONG);
    }

    private static void await(CountDownLatch latch, long millis) {
        try {
            boolean unused = latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
