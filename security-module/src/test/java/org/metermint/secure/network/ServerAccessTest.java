package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.network.ServerFixture.meter;
import static org.metermint.secure.network.ServerFixture.with;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.TestModules;
import org.metermint.secure.TokenKind;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;

/** Who may talk to the server, and what becomes of those who may not. */
@Timeout(120)
class ServerAccessTest {
    private static final String DRN = "12345678903";

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

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.fault().eCode()).isEqualTo(code.code()));
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

    @Test
    void connect_trustingAnotherCertificate_fails() throws Exception {
        assertThatThrownBy(() -> new WireClient(Certificates.trusting(Certificates.other()), fixture.address()).close())
                .isInstanceOf(SSLException.class);
        assertAlive();
    }

    @Test
    void connect_withOldProtocolOrWeakCipher_fails() throws Exception {
        for (String[] offer : new String[][] {
            {"TLSv1.1", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"},
            {"TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"}
        }) {
            try (SSLSocket socket = (SSLSocket) fixture.trust()
                    .getSocketFactory()
                    .createSocket(
                            fixture.address().getAddress(), fixture.address().getPort())) {
                socket.setEnabledProtocols(new String[] {offer[0]});
                socket.setEnabledCipherSuites(new String[] {offer[1]});
                assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            }
        }
        try (WireClient client = fixture.connect()) {
            assertThat(client.socket().getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void everyMethodButPingAndSignIn_withoutSession_isRefused() throws Exception {
        try (WireClient client = fixture.connect()) {
            Secret none = new Secret("none");
            MeterConfigIn meter = meter(DRN, 7);
            MeterConfigAmendment to = new MeterConfigAmendment(201457, 2, 1);
            List<ThrowingCallable> calls = List.of(
                    () -> client.call(TokenApi.GET_STATUS, new TokenApi.GetStatus("id", none)),
                    () -> client.call(TokenApi.PARSE_ID_RECORD, new TokenApi.ParseIdRecord("id", none, "")),
                    () -> client.call(
                            TokenApi.LOAD_TRANSACTION_LICENSE, new TokenApi.LoadTransactionLicense("id", none, "")),
                    () -> credit(client, "id", meter),
                    () -> client.call(
                            TokenApi.ISSUE_METER_TEST_TOKEN, new TokenApi.IssueMeterTestToken("id", none, 0, 1, 0)),
                    () -> client.call(
                            TokenApi.ISSUE_MSE_TOKEN, new TokenApi.IssueMseToken("id", none, meter, 5, 0, 0, 0)),
                    () -> client.call(
                            TokenApi.ISSUE_KEY_CHANGE_TOKENS, new TokenApi.IssueKeyChangeTokens("id", none, meter, to)),
                    () -> client.call(
                            TokenApi.VERIFY_TOKEN, new TokenApi.VerifyToken("id", none, meter, new Secret(""))),
                    () -> client.call(
                            TokenApi.ISSUE_DITK_CHANGE_TOKENS, new TokenApi.IssueDitkChangeTokens("id", none, meter)),
                    () -> client.call(TokenApi.FETCH_TOKEN_RESULT, new TokenApi.FetchTokenResult("id", none, "id")),
                    () -> client.call(TokenApi.CTS_RESET_TID_LIST, new TokenApi.CtsResetTidList("id", none, "*")));
            assertThat(calls).hasSize(TokenApi.calls().size() - 2);
            calls.forEach(call -> assertRefused(ErrorCode.AUTHENTICATION_TOKEN, call));
        }
        assertThat(fixture.module.status().issuedMessages()).isZero();
    }

    @Test
    void call_beyondTheClientsPermissions_isRefusedAndIssuesNothing() throws Exception {
        try (WireClient seller = fixture.signedIn(ServerFixture.SELLER)) {
            Secret token = seller.accessToken();
            MeterConfigIn meter = meter(DRN, 11);
            assertRefused(ErrorCode.AUTHENTICATION_PERMISSION, () -> credit(seller, "1", meter(DRN, 11, 201461, 8)));
            assertRefused(
                    ErrorCode.AUTHENTICATION_PERMISSION,
                    () -> seller.call(
                            TokenApi.ISSUE_CREDIT_TOKEN, new TokenApi.IssueCreditToken("2", token, meter, 4, 1, 0, 0)));
            assertRefused(
                    ErrorCode.AUTHENTICATION_PERMISSION,
                    () -> seller.call(
                            TokenApi.ISSUE_MSE_TOKEN, new TokenApi.IssueMseToken("3", token, meter, 5, 0, 0, 0)));
            assertRefused(
                    ErrorCode.AUTHENTICATION_PERMISSION,
                    () -> seller.call(
                            TokenApi.ISSUE_KEY_CHANGE_TOKENS,
                            new TokenApi.IssueKeyChangeTokens(
                                    "4", token, meter, new MeterConfigAmendment(201457, 2, 1))));
            assertRefused(
                    ErrorCode.AUTHENTICATION_PERMISSION,
                    () -> seller.call(
                            TokenApi.ISSUE_METER_TEST_TOKEN, new TokenApi.IssueMeterTestToken("5", token, 0, 1, 0)));
            assertRefused(
                    ErrorCode.AUTHENTICATION_PERMISSION,
                    () -> credit(seller, "6", with(meter, new MeterConfigAmendment(201457, 2, 1), null, null, null)));
            assertThat(fixture.module.status().issuedMessages()).isZero();
            assertThat(credit(seller, "7", meter)).hasSize(1);
        }
    }

    @Test
    void newConfig_whenTheTokenItselfIsNotPermitted_changesNoKey() throws Exception {
        fixture.setClients(List.of(ServerFixture.client(ServerFixture.SELLER, Set.of(TokenKind.KEY_CHANGE), null, 0)));
        try (WireClient client = fixture.signedIn(ServerFixture.SELLER)) {
            MeterConfigIn moving = with(meter(DRN, 7), new MeterConfigAmendment(201457, 2, 1), null, null, null);
            assertRefused(ErrorCode.AUTHENTICATION_PERMISSION, () -> credit(client, "id", moving));
            assertThat(fixture.module.status().issuedMessages()).isZero();
        }
    }

    @Test
    void session_thatHasExpired_isRefusedUntilSignedInAgain() throws Exception {
        try (WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
            credit(client, "before", meter(DRN, 11));
            fixture.clock.set(TestModules.NOW.plus(Duration.ofHours(1)));
            assertRefused(ErrorCode.AUTHENTICATION_TOKEN, () -> credit(client, "after", meter(DRN, 11)));
            client.signIn(ServerFixture.ADMIN, ServerFixture.PASSWORD);
            assertThat(credit(client, "after", meter(DRN, 11))).hasSize(1);
        }
    }

    @Test
    void session_ofAClientThatIsTakenOutOfThePolicy_ends() throws Exception {
        try (WireClient client = fixture.signedIn(ServerFixture.SELLER)) {
            assertThat(credit(client, "before", meter(DRN, 11))).hasSize(1);
            fixture.setClients(List.of());
            assertRefused(ErrorCode.AUTHENTICATION_TOKEN, () -> credit(client, "after", meter(DRN, 11)));
        }
    }

    @Test
    void accessTokens_areNotAlike() throws Exception {
        Set<String> tokens = ConcurrentHashMap.newKeySet();
        try (WireClient client = fixture.connect()) {
            for (int i = 0; i < 5; i++) {
                tokens.add(client.signIn(ServerFixture.ADMIN, ServerFixture.PASSWORD)
                        .reveal());
            }
        }
        assertThat(tokens).hasSize(5).allMatch(token -> token.length() == 43);
    }

    @Test
    void signIn_afterFailures_isDelayedEvenWithTheRightPassword() throws Exception {
        try (WireClient client = fixture.connect()) {
            for (int i = 0; i < 4; i++) {
                assertRefused(
                        ErrorCode.SIGNIN_AUTHENTICATION,
                        () -> client.signIn(ServerFixture.SELLER, "wrong wrong wrong"));
            }
            assertThatThrownBy(() -> client.signIn(ServerFixture.SELLER, ServerFixture.PASSWORD))
                    .hasMessageContaining("the next attempt is taken in 2 s");
            client.signIn(ServerFixture.ADMIN, ServerFixture.PASSWORD);
            fixture.clock.set(TestModules.NOW.plusSeconds(1));
            client.signIn(ServerFixture.SELLER, ServerFixture.PASSWORD);
        }
    }

    @Test
    void signIn_unknownUserAndWrongPassword_areAnsweredAlike() throws Exception {
        try (WireClient client = fixture.connect()) {
            List<String> answers = new ArrayList<>();
            for (String user : List.of(ServerFixture.SELLER, "nobody")) {
                try {
                    client.signIn(user, "wrong wrong wrong");
                } catch (ApiException e) {
                    answers.add(e.fault().toString().replace(user, "USER"));
                }
            }
            assertThat(answers).hasSize(2);
            assertThat(Set.copyOf(answers)).hasSize(1);
        }
    }

    @Test
    void signIn_unknownUser_costsAsMuchAsAWrongPassword() throws Exception {
        try (WireClient client = fixture.connect()) {
            long known = Long.MAX_VALUE;
            long unknown = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                known = Math.min(known, nanosToRefuse(client, ServerFixture.SELLER));
                unknown = Math.min(unknown, nanosToRefuse(client, "nobody-" + i));
            }
            // the work of a hash is several milliseconds, that of an answer without one a small part of it
            assertThat(unknown).isGreaterThan(known / 3);
        }
    }

    private static long nanosToRefuse(WireClient client, String user) {
        long before = System.nanoTime();
        assertRefused(ErrorCode.SIGNIN_AUTHENTICATION, () -> client.signIn(user, "wrong wrong wrong"));
        return System.nanoTime() - before;
    }

    @Test
    void signIn_failuresFromOneAddress_delayEveryUserOfIt() throws Exception {
        try (WireClient client = fixture.connect()) {
            for (int i = 0; i < 11; i++) {
                String user = "nobody-" + i;
                assertRefused(ErrorCode.SIGNIN_AUTHENTICATION, () -> client.signIn(user, "wrong wrong wrong"));
            }
            assertThatThrownBy(() -> client.signIn(ServerFixture.ADMIN, ServerFixture.PASSWORD))
                    .hasMessageContaining("the next attempt is taken in");
            fixture.clock.set(TestModules.NOW.plusSeconds(1));
            client.signIn(ServerFixture.ADMIN, ServerFixture.PASSWORD);
        }
    }

    @Test
    void session_ofAClientWhosePasswordWasChanged_ends() throws Exception {
        try (WireClient client = fixture.signedIn(ServerFixture.SELLER)) {
            ClientPolicy other = new ClientPolicy(
                    new ClientName(ServerFixture.SELLER),
                    Set.of(TokenKind.CREDIT),
                    null,
                    0,
                    PasswordHash.of("another password".toCharArray()));
            fixture.setClients(List.of(other));
            assertRefused(ErrorCode.AUTHENTICATION_TOKEN, () -> credit(client, "after", meter(DRN, 11)));
        }
    }

    @Test
    void issue_fasterThanTheClientMay_isRefusedAndRetryable() throws Exception {
        fixture.setClients(List.of(ServerFixture.seller(5)));
        try (WireClient client = fixture.signedIn(ServerFixture.SELLER)) {
            List<String> refusals = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                try {
                    credit(client, "rate-" + i, meter(DRN, 11));
                } catch (ApiException e) {
                    refusals.add(e.getMessage());
                }
            }
            assertThat(refusals).hasSizeGreaterThan(30).allMatch(text -> text.contains("TOO_MANY_REQUESTS"));
            assertThat(credit(client, "rate-0", meter(DRN, 11)))
                    .as("a repeat costs nothing")
                    .hasSize(1);
        }
    }
}
