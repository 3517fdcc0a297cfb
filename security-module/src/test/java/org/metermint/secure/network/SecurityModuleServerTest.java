package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.network.ServerFixture.meter;
import static org.metermint.secure.network.ServerFixture.with;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.protocol.TMessageType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.TestModules;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.Message;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;

/** What becomes of peers that do not talk as they should, and of calls across an end of the server. */
@Timeout(120)
class SecurityModuleServerTest {
    private static final String DRN = "12345678903";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    Path directory;

    private ServerFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new ServerFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void restart(ServerSettings settings) throws Exception {
        fixture.close();
        fixture = new ServerFixture(Files.createTempDirectory(directory, "again"), settings);
    }

    private static List<Token> credit(WireClient client, String id, MeterConfigIn meter) throws Exception {
        return client.call(
                TokenApi.ISSUE_CREDIT_TOKEN,
                new TokenApi.IssueCreditToken(id, client.accessToken(), meter, 0, 102, 0, 0));
    }

    private void assertAlive() throws Exception {
        try (WireClient client = fixture.connect()) {
            assertThat(client.call(TokenApi.PING, new TokenApi.Ping(0, "alive")))
                    .isEqualTo("alive");
        }
    }

    /** Waits until the server has ended the connection. */
    private static void assertEnded(WireClient client) {
        assertThatThrownBy(() -> {
                    if (client.receive().isEmpty()) {
                        throw new IOException("ended");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void unknownMethod_isAnsweredAndTheConnectionLives() throws Exception {
        try (WireClient client = fixture.connect()) {
            client.send(frame("mintMoney", TMessageType.CALL));
            Message reply = Message.read(client.receive().orElseThrow());
            assertThat(reply.type()).isEqualTo(TMessageType.EXCEPTION);
            assertThatThrownBy(() -> new Call<>("mintMoney", TokenApi.PING.arguments(), TokenApi.PING.result())
                            .readReply(reply, 0))
                    .isInstanceOfSatisfying(
                            TApplicationException.class,
                            e -> assertThat(e.getType()).isEqualTo(TApplicationException.UNKNOWN_METHOD));
            assertThat(client.call(TokenApi.PING, new TokenApi.Ping(0, "on"))).isEqualTo("on");
        }
    }

    /** A frame that calls a method without arguments, as sequence 0. */
    private static byte[] frame(String method, byte type) {
        byte[] name = method.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer frame = ByteBuffer.allocate(4 + 4 + 4 + name.length + 4 + 1);
        frame.putInt(frame.capacity() - 4)
                .putInt(0x80010000 | type)
                .putInt(name.length)
                .put(name)
                .putInt(0);
        return frame.put((byte) 0).array();
    }

    @Test
    void missingField_isToldByNameAndTheConnectionLives() throws Exception {
        try (WireClient client = fixture.connect()) {
            client.send(frame("ping", TMessageType.CALL));
            Message reply = Message.read(client.receive().orElseThrow());
            assertThatThrownBy(() -> TokenApi.PING.readReply(reply, 0))
                    .isInstanceOf(TApplicationException.class)
                    .hasMessageContaining("sleepMs: required field 1 is missing");
            client.send(frame("ping", TMessageType.ONEWAY));
            Message second = Message.read(client.receive().orElseThrow());
            assertThatThrownBy(() -> TokenApi.PING.readReply(second, 0)).hasMessageContaining("is no call");
            assertThat(client.call(TokenApi.PING, new TokenApi.Ping(0, "on"))).isEqualTo("on");
        }
    }

    @Test
    void frameLongerThanAllowed_endsTheConnectionBeforeItIsRead() throws Exception {
        for (int length : new int[] {Frames.MAX_OCTETS + 1, Integer.MAX_VALUE, -1, 0}) {
            try (WireClient client = fixture.connect()) {
                client.send(ByteBuffer.allocate(4).putInt(length).array());
                assertEnded(client);
            }
        }
        try (WireClient client = fixture.connect()) {
            String echo = "e".repeat(60_000);
            assertThat(client.call(TokenApi.PING, new TokenApi.Ping(0, echo))).isEqualTo(echo);
        }
    }

    @Test
    void frameThatIsNoThrift_endsTheConnection() throws Exception {
        for (String text : List.of("GET / HTTP/1.1\r\n\r\n", "\u0000\u0000\u0000\u0005hello")) {
            try (WireClient client = fixture.connect()) {
                client.send(text.getBytes(StandardCharsets.US_ASCII));
                assertEnded(client);
            }
        }
        assertAlive();
    }

    @Test
    void truncatedFrames_issueNothing() throws Exception {
        byte[] whole;
        try (WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
            whole = TokenApi.ISSUE_CREDIT_TOKEN.frameCall(
                    1, new TokenApi.IssueCreditToken("cut", client.accessToken(), meter(DRN, 11), 0, 102, 0, 0));
        }
        for (int length = 1; length < whole.length; length += 7) {
            try (WireClient client = fixture.connect()) {
                client.send(Arrays.copyOf(whole, length));
            }
        }
        assertAlive();
        assertThat(fixture.module.status().issuedMessages()).isZero();
    }

    @Test
    void slowPeers_areDisconnected() throws Exception {
        restart(ServerFixture.settings().withTimeouts(SHORT, SHORT, SHORT));
        try (Socket silent =
                new Socket(fixture.address().getAddress(), fixture.address().getPort())) {
            assertThat(silent.getInputStream().read()).as("no handshake").isEqualTo(-1);
        }
        try (Socket dripping =
                new Socket(fixture.address().getAddress(), fixture.address().getPort())) {
            assertDripEnds(() -> dripping.getOutputStream().write(0x16), dripping);
        }
        try (WireClient idle = fixture.connect()) {
            assertEnded(idle);
        }
        assertAlive();
    }

    @Test
    void slowLoris_isDisconnectedThoughItNeverPausesLong() throws Exception {
        restart(ServerFixture.settings().withTimeouts(LONG, Duration.ofMillis(500), LONG));
        try (WireClient loris = fixture.connect()) {
            loris.send(ByteBuffer.allocate(4).putInt(10_000).array());
            assertDripEnds(() -> loris.send(new byte[1]), loris.socket());
        }
        assertAlive();
    }

    @FunctionalInterface
    private interface Drip {
        void drop() throws IOException;
    }

    private static void assertDripEnds(Drip drip, Socket socket) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        int drops = 0;
        try {
            socket.setSoTimeout(1);
            while (drops < 10_000) {
                drip.drop();
                drops++;
                assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
            }
        } catch (IOException ended) {
            assertThat(drops).isLessThan(10_000);
            return;
        }
        throw new AssertionError("the server took " + drops + " drops");
    }

    @Test
    void peerThatDoesNotTakeItsReplies_isDisconnected() throws Exception {
        restart(ServerFixture.settings().withTimeouts(LONG, Duration.ofMillis(500), LONG));
        try (WireClient deaf = fixture.connect()) {
            byte[] ping = TokenApi.PING.frameCall(1, new TokenApi.Ping(0, "e".repeat(60_000)));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            deaf.send(ping);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertAlive();
    }

    @Test
    void moreConnectionsThanAllowed_areClosedAndTheOthersServed() throws Exception {
        restart(ServerFixture.settings().withMaxConnections(3));
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(fixture.connect());
        }
        assertThatThrownBy(fixture::connect).isInstanceOf(IOException.class);
        for (WireClient client : clients) {
            assertThat(client.call(TokenApi.PING, new TokenApi.Ping(0, "served")))
                    .isEqualTo("served");
            client.close();
        }
        while (fixture.server.connections() > 0) {
            Thread.onSpinWait();
        }
        assertAlive();
    }

    @Test
    void close_answersTheCallUnderWayAndEndsTheRest() throws Exception {
        WireClient idle = fixture.connect();
        WireClient busy = fixture.connect();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<String> answer = threads.submit(() -> busy.call(TokenApi.PING, new TokenApi.Ping(1_000, "done")));
            idle.call(TokenApi.PING, new TokenApi.Ping(300, "the other call has begun"));
            fixture.server.close();
            assertThat(answer.get()).isEqualTo("done");
        }
        assertEnded(idle);
        assertThatThrownBy(fixture::connect).isInstanceOf(IOException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("security-module-"));
        idle.close();
        busy.close();
    }

    @Test
    void fetchTokenResult_afterARestart_stillAnswers() throws Exception {
        List<Token> issued;
        MeterConfigIn moving = with(meter(DRN, 7), new MeterConfigAmendment(201457, 2, 5), null, null, null);
        try (WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
            issued = credit(client, "before-restart", moving);
        }
        fixture.restart();
        try (WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
            assertThat(client.call(
                            TokenApi.FETCH_TOKEN_RESULT,
                            new TokenApi.FetchTokenResult("fetch", client.accessToken(), "before-restart")))
                    .isEqualTo(issued);
            assertThat(credit(client, "before-restart", moving)).isEqualTo(issued);
        }
    }

    @Test
    void concurrentCallsOfOneId_getTheSameTokens() throws Exception {
        MeterConfigIn moving = with(meter(DRN, 7), new MeterConfigAmendment(201457, 2, 5), null, null, null);
        long now = TestModules.NOW.getEpochSecond();
        try (WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
            client.call(
                    TokenApi.ISSUE_CREDIT_TOKEN,
                    new TokenApi.IssueCreditToken(
                            "first", client.accessToken(), meter(DRN, 7, 201457, 2), 0, 102, now, 1));
        }
        CountDownLatch ready = new CountDownLatch(8);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<List<Token>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> {
                    try (WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
                        ready.countDown();
                        ready.await();
                        return client.call(
                                TokenApi.ISSUE_CREDIT_TOKEN,
                                new TokenApi.IssueCreditToken("same", client.accessToken(), moving, 0, 102, now, 1));
                    }
                }));
            }
            Set<List<Token>> different = ConcurrentHashMap.newKeySet();
            for (Future<List<Token>> answer : answers) {
                different.add(answer.get());
            }
            assertThat(different).hasSize(1);
            assertThat(different.iterator().next()).hasSize(3);
        }
    }
}
