package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.metermint.secure.network.ServerFixture.meter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.Message;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;

/** Whatever goes wrong with calls that carry secrets, neither the log of the server nor its answers repeat them. */
class SilentServerTest {
    private static final String DRN = "12345678903";
    private static final String WRONG_PASSWORD = "wrong-password-of-somebody";
    private static final String WRONG_SESSION = "access-token-of-somebody";
    private static final String UNREADABLE_TOKEN = "99999999999999999999";

    @TempDir
    Path directory;

    private final List<String> log = RecordingLogs.listen();
    private final List<String> answers = new ArrayList<>();
    private ServerFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new ServerFixture(directory);
    }

    @AfterEach
    void stop() {
        RecordingLogs.stop();
        fixture.close();
    }

    @Test
    void refusedAndDamagedCalls_leaveNoSecretInLogOrAnswers() throws Exception {
        String session;
        Token token;
        try (WireClient client = fixture.connect()) {
            refuse(() -> client.signIn(ServerFixture.SELLER, WRONG_PASSWORD));
            refuse(() -> client.call(TokenApi.GET_STATUS, new TokenApi.GetStatus("id", new Secret(WRONG_SESSION))));
            session = client.signIn(ServerFixture.ADMIN, ServerFixture.PASSWORD).reveal();
            token = client.call(
                            TokenApi.ISSUE_CREDIT_TOKEN,
                            new TokenApi.IssueCreditToken("sale", client.accessToken(), meter(DRN, 7), 0, 102, 0, 0))
                    .getFirst();
            refuse(() -> client.call(
                    TokenApi.VERIFY_TOKEN,
                    new TokenApi.VerifyToken(
                            "verify", client.accessToken(), meter(DRN, 7), new Secret(UNREADABLE_TOKEN))));
            refuse(() -> credit(client, "absent", meter(DRN, 7, 999999, 1)));
            refuse(() -> credit(client, "sale", meter(DRN, 11)));
            refuse(() -> credit(client, "digit", meter("12345678904", 7)));
        }
        damage(TokenApi.SIGN_IN_WITH_PASSWORD, signIn());
        damage(TokenApi.VERIFY_TOKEN, verify(session, token.tokenDec()));
        fixture.close();
        assertThat(log).as("the log is heard").anyMatch(line -> line.contains("was disconnected"));
        assertThat(answers).hasSizeGreaterThan(20);
        for (List<String> texts : List.of(log, answers)) {
            assertThat(String.join("\n", texts))
                    .doesNotContain(WRONG_PASSWORD, ServerFixture.PASSWORD, WRONG_SESSION, session)
                    .doesNotContain(UNREADABLE_TOKEN, token.tokenDec(), token.tokenHex())
                    .doesNotContain(DRN, token.pan(), "12345678904");
        }
    }

    private static TokenApi.SignInWithPassword signIn() {
        return new TokenApi.SignInWithPassword(
                "id", "local", "till-1", new Secret(ServerFixture.PASSWORD), new SessionOptions("1.1", null));
    }

    private static TokenApi.VerifyToken verify(String session, String digits) {
        return new TokenApi.VerifyToken("id", new Secret(session), meter(DRN, 7), new Secret(digits));
    }

    private static List<Token> credit(WireClient client, String id, MeterConfigIn meter) throws Exception {
        return client.call(
                TokenApi.ISSUE_CREDIT_TOKEN,
                new TokenApi.IssueCreditToken(id, client.accessToken(), meter, 0, 102, 0, 0));
    }

    private void refuse(ThrowingCallable call) {
        for (Throwable thrown = catchThrowable(call); thrown != null; thrown = thrown.getCause()) {
            answers.add(thrown.toString());
        }
    }

    /** Sends a call with each of its octets made another, in turn. */
    private <A extends Record> void damage(Call<A, ?> call, A arguments) throws Exception {
        byte[] frame = call.frameCall(1, arguments);
        for (int at = Frames.HEAD_OCTETS; at < frame.length; at += 3) {
            byte[] damaged = Arrays.copyOf(frame, frame.length);
            damaged[at] ^= (byte) 0xFF;
            try (WireClient client = fixture.connect()) {
                client.send(damaged);
                client.receive().ifPresent(reply -> refuse(() -> call.readReply(Message.read(reply), 1)));
            } catch (IOException ended) {
                answers.add(ended.toString());
            }
        }
    }
}
