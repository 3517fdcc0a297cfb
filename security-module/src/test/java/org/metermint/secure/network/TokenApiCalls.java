package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.network.ServerFixture.meter;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.TestModules;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.VerifyResult;
import org.metermint.token.Luhn;

/** Calls over one real connection, with a meter and a message id of its own for each test. */
abstract class TokenApiCalls {
    static final long NOW = TestModules.NOW.getEpochSecond();
    static final int EXTERNAL_CLOCK = 1;
    static final int EXACTLY = 3;

    static ServerFixture fixture;
    static WireClient client;
    private static int serial;
    private static int messages;

    String drn;
    String id;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        fixture = new ServerFixture(directory);
        client = fixture.signedIn(ServerFixture.ADMIN);
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        fixture.close();
    }

    /** A meter and a message id of its own for each test. */
    @BeforeEach
    void newMeter() {
        String body = String.format("01%08d", ++serial);
        drn = body + Luhn.checkDigit(body);
        id = newId();
    }

    static String newId() {
        return "message-" + ++messages;
    }

    static List<Token> credit(String id, MeterConfigIn meter, int subclass, double amount, long time, long flags)
            throws Exception {
        return client.call(
                TokenApi.ISSUE_CREDIT_TOKEN,
                new TokenApi.IssueCreditToken(id, client.accessToken(), meter, subclass, amount, time, flags));
    }

    static List<Token> management(String id, MeterConfigIn meter, int subclass, double value) throws Exception {
        return client.call(
                TokenApi.ISSUE_MSE_TOKEN,
                new TokenApi.IssueMseToken(id, client.accessToken(), meter, subclass, value, NOW, EXTERNAL_CLOCK));
    }

    static List<Token> keyChange(String id, MeterConfigIn meter, MeterConfigAmendment to) throws Exception {
        return client.call(
                TokenApi.ISSUE_KEY_CHANGE_TOKENS,
                new TokenApi.IssueKeyChangeTokens(id, client.accessToken(), meter, to));
    }

    static List<Token> fetch(String id) throws Exception {
        return client.call(
                TokenApi.FETCH_TOKEN_RESULT, new TokenApi.FetchTokenResult(newId(), client.accessToken(), id));
    }

    static VerifyResult verify(MeterConfigIn meter, String digits) throws Exception {
        return client.call(
                TokenApi.VERIFY_TOKEN,
                new TokenApi.VerifyToken(newId(), client.accessToken(), meter, new Secret(digits)));
    }

    static void assertRefused(ErrorCode code, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.fault().eCode()).isEqualTo(code.code()))
                .hasMessageContaining(text);
    }
}
