package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TestModules;
import org.metermint.token.TokenNumber;

/** The process of the module is killed while 200 requests are on their way to it, and a new one takes its place. */
@Timeout(600)
class NetworkModuleCrashTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int KILLS = FULL ? 50 : 3;
    private static final int REQUESTS = 200;
    private static final int LONGEST_WORK_MILLIS = 400;

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private final Map<MessageId, List<TokenNumber>> answers = new ConcurrentHashMap<>();
    private int port;

    private Process server() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerChild.class.getName(),
                        directory.resolve("store").toString(),
                        Integer.toString(port),
                        Certificates.server().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out = child.inputReader();
        String said = out.readLine();
        assertThat(said).as("the port of the child").isNotNull();
        port = Integer.parseInt(said);
        return child;
    }

    @Test
    void noId_hasTwoResults_andEveryIdIsResolved() throws Exception {
        TestModules.keyFile(directory.resolve("store"));
        Random random = new Random(seed);
        Process child = server();
        NetworkModuleSettings settings = Clients.settings(port).withTimeout(Duration.ofSeconds(8));
        try (NetworkSecurityModule client = NetworkSecurityModule.open(
                        settings,
                        new ModuleUser(ServerFixture.ADMIN, ServerFixture.PASSWORD.toCharArray()),
                        Clients.trust(),
                        new TestModules.TestClock().clock());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(client.vendingKeys()).isNotEmpty();
            for (int life = 0; life < KILLS; life++) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < REQUESTS; i++) {
                    IssueCredit request = request(life, i);
                    all.add(threads.submit(() -> resolve(client, request)));
                }
                Thread.sleep(random.nextInt(LONGEST_WORK_MILLIS)); // when the kill comes, for which nothing waits
                child.destroyForcibly().waitFor();
                child = server();
                for (Future<?> one : all) {
                    one.get();
                }
            }
            for (int life = 0; life < KILLS; life++) {
                for (int i = 0; i < REQUESTS; i++) {
                    IssueCredit request = request(life, i);
                    List<TokenNumber> answer = answers.get(request.messageId());
                    assertThat(answer).as("seed %d", seed).isNotNull();
                    assertThat(client.find(request.messageId()).map(IssuedTokens::tokens))
                            .as("seed %d", seed)
                            .contains(answer);
                }
            }
            assertThat(client.status().issuedMessages()).as("seed %d", seed).isEqualTo((long) KILLS * REQUESTS);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static IssueCredit request(int life, int number) {
        return TestModules.credit(
                new MessageId("crash-" + life + "-" + number), TestModules.meter(number), TestModules.minute(1 + life));
    }

    /** Asks until there is an answer; every answer to an id must be the same. */
    private void resolve(NetworkSecurityModule client, IssueCredit request) {
        while (!Thread.currentThread().isInterrupted()) { // so that a test that has failed ends
            try {
                remember(request.messageId(), client.issue(request).tokens());
                remember(request.messageId(), client.recover(request).tokens());
                return;
            } catch (SecurityModuleException e) {
                assertThat(e.kind().retryable())
                        .as("seed %d: %s", seed, e.getMessage())
                        .isTrue();
            }
        }
    }

    private void remember(MessageId id, List<TokenNumber> tokens) {
        List<TokenNumber> before = answers.putIfAbsent(id, tokens);
        assertThat(before == null || before.equals(tokens)).as("seed %d", seed).isTrue();
    }
}
