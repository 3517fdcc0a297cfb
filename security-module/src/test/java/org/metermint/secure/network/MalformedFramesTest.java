package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.thrift.protocol.TMessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.Message;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.WireException;

/**
 * Ten thousand frames that are no calls, from a seed: valid calls of a client who may do everything, damaged, and noise. A
 * damaged frame that still is a call is none of them and is drawn again.
 */
class MalformedFramesTest {
    private static final int FRAMES = Boolean.getBoolean("metermint.full") ? 100_000 : 10_000;
    private static final int WARM_UP = FRAMES / 5;
    private static final long SEED = 20260301;

    @Test
    void server_underMalformedFrames_livesIssuesNothingAndKeepsItsMemory(@TempDir Path directory) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        int answered = 0;
        int ended = 0;
        try (ServerFixture fixture = new ServerFixture(directory)) {
            WireClient client = fixture.signedIn(ServerFixture.ADMIN);
            Secret session = client.accessToken();
            long before = 0;
            for (int i = 0; i < FRAMES; i++) {
                if (i == WARM_UP) {
                    before = usedMemory();
                }
                if (refuses(client, malformed(session, random))) {
                    answered++;
                } else {
                    ended++;
                    client.close();
                    client = fixture.connect();
                }
            }
            client.close();
            assertThat(usedMemory() - before).as("octets held").isLessThan(8 << 20);
            try (WireClient next = fixture.signedIn(ServerFixture.ADMIN)) {
                assertThat(next.call(TokenApi.PING, new TokenApi.Ping(0, "alive")))
                        .isEqualTo("alive");
            }
            assertThat(fixture.module.status().issuedMessages()).isZero();
        }
        assertThat(answered).as("frames that were answered by a refusal").isGreaterThan(FRAMES / 10);
        assertThat(ended).as("frames that ended their connection").isGreaterThan(FRAMES / 10);
    }

    /** Whether the server answers the frame, which it may only by a refusal; otherwise it has ended the connection. */
    private static boolean refuses(WireClient client, byte[] frame) throws WireException {
        Optional<byte[]> reply;
        try {
            client.send(frame);
            boolean whole = frame.length >= Frames.HEAD_OCTETS
                    && ByteBuffer.wrap(frame).getInt() == frame.length - Frames.HEAD_OCTETS;
            if (!whole) {
                return false; // the server waits for the rest, or for a length that can be
            }
            reply = client.receive();
        } catch (IOException ended) {
            return false;
        }
        if (reply.isEmpty()) {
            return false;
        }
        assertThat(Message.read(reply.get()).type()).isEqualTo(TMessageType.EXCEPTION);
        return true;
    }

    private static byte[] malformed(Secret session, SplittableRandom random) {
        while (true) {
            byte[] frame = random.nextInt(10) == 0 ? noise(random) : damaged(valid(session, random), random);
            if (!isCall(frame)) {
                return frame;
            }
        }
    }

    private static boolean isCall(byte[] frame) {
        if (frame.length < Frames.HEAD_OCTETS || ByteBuffer.wrap(frame).getInt() != frame.length - Frames.HEAD_OCTETS) {
            return false;
        }
        try {
            Message message = Message.read(Arrays.copyOfRange(frame, Frames.HEAD_OCTETS, frame.length));
            Optional<Call<?, ?>> call = TokenApi.named(message.name());
            if (call.isEmpty() || message.type() != TMessageType.CALL) {
                return false;
            }
            assertThat(call.get().readArguments(message)).isNotNull();
            return true;
        } catch (WireException e) {
            return false;
        }
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] octets = new byte[random.nextInt(1, 500)];
        random.nextBytes(octets);
        if (random.nextBoolean() && octets.length > Frames.HEAD_OCTETS) {
            ByteBuffer.wrap(octets).putInt(octets.length - Frames.HEAD_OCTETS);
        }
        return octets;
    }

    private static byte[] damaged(byte[] frame, SplittableRandom random) {
        byte[] octets = random.nextInt(4) == 0
                ? Arrays.copyOf(frame, random.nextInt(Frames.HEAD_OCTETS + 1, frame.length))
                : frame.clone();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            int at = random.nextInt(octets.length);
            octets[at] = switch (random.nextInt(3)) {
                case 0 -> (byte) 0xFF;
                case 1 -> (byte) (octets[at] ^ 1 << random.nextInt(8));
                default -> (byte) random.nextInt();
            };
        }
        if (random.nextInt(20) != 0) { // the length is right, so that what is within is read
            ByteBuffer.wrap(octets).putInt(octets.length - Frames.HEAD_OCTETS);
        }
        return octets;
    }

    private static byte[] valid(Secret session, SplittableRandom random) {
        var meter = ServerFixture.meter("12345678903", 11);
        String id = "fuzz-" + random.nextInt();
        return switch (random.nextInt(6)) {
            case 0 ->
                TokenApi.ISSUE_CREDIT_TOKEN.frameCall(
                        1, new TokenApi.IssueCreditToken(id, session, meter, 0, 102, 0, 0));
            case 1 -> TokenApi.ISSUE_MSE_TOKEN.frameCall(1, new TokenApi.IssueMseToken(id, session, meter, 5, 0, 0, 0));
            case 2 ->
                TokenApi.ISSUE_KEY_CHANGE_TOKENS.frameCall(
                        1,
                        new TokenApi.IssueKeyChangeTokens(id, session, meter, new MeterConfigAmendment(201457, 2, 1)));
            case 3 ->
                TokenApi.ISSUE_METER_TEST_TOKEN.frameCall(1, new TokenApi.IssueMeterTestToken(id, session, 0, 1, 0));
            case 4 ->
                TokenApi.SIGN_IN_WITH_PASSWORD.frameCall(
                        1,
                        new TokenApi.SignInWithPassword(
                                id, "local", "nobody", session, new SessionOptions("1.1", "en")));
            default -> TokenApi.GET_STATUS.frameCall(1, new TokenApi.GetStatus(id, session));
        };
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
