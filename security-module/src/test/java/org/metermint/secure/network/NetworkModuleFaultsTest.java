package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TestModules;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.MisbehavingModule.Deed;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.NodeStatus;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;

/** What becomes of a request when the module on the other end is slow, gone, mad, or lies. */
@Timeout(120)
class NetworkModuleFaultsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1_500);
    /** What a machine under load may add to a deadline. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private ServerFixture fixture;
    private MisbehavingModule module;

    @BeforeEach
    void start() throws Exception {
        fixture = new ServerFixture(directory);
        module = new MisbehavingModule(fixture.certificate(), fixture.address());
    }

    @AfterEach
    void stop() throws Exception {
        module.close();
        fixture.close();
    }

    private NetworkSecurityModule client(Duration timeout) throws Exception {
        return Clients.of(module.port(), ServerFixture.ADMIN, ServerFixture.PASSWORD, timeout);
    }

    private static IssueCredit credit(String id) {
        return TestModules.credit(new MessageId(id), TestModules.meter(), TestModules.minute(1));
    }

    private long issued() {
        return fixture.module.status().issuedMessages();
    }

    /** Ways to lose a reply. */
    enum Loss {
        CUT_BEFORE,
        CUT_AFTER,
        GARBAGE,
        OVERSIZED;

        Deed deed() {
            return switch (this) {
                case CUT_BEFORE -> Deed.CUT_BEFORE;
                case CUT_AFTER -> Deed.CUT_AFTER;
                case GARBAGE -> Deed.GARBAGE;
                case OVERSIZED -> Deed.OVERSIZED;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void lostReply_isFetched_andOnlyWhatWasNotIssuedIsSentAgain(Loss loss) throws Exception {
        module.next(TokenApi.ISSUE_CREDIT_TOKEN, loss.deed());
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            IssuedTokens tokens = client.issue(credit("lost"));
            assertThat(tokens.tokens())
                    .isEqualTo(fixture.module
                            .record(new ClientName(ServerFixture.ADMIN), new MessageId("lost"))
                            .orElseThrow()
                            .tokens()
                            .tokens());
        }
        assertThat(module.calls(TokenApi.FETCH_TOKEN_RESULT)).isEqualTo(1);
        assertThat(module.calls(TokenApi.ISSUE_CREDIT_TOKEN)).isEqualTo(loss == Loss.CUT_AFTER ? 1 : 2);
        assertThat(issued()).isEqualTo(1);
    }

    @Test
    void replyThatIsTooLate_isFetched() throws Exception {
        module.next(TokenApi.ISSUE_CREDIT_TOKEN, Deed.HANG_AFTER);
        try (NetworkSecurityModule client = client(Duration.ofSeconds(5))) {
            assertThat(client.issue(credit("late")).tokens()).hasSize(1);
        }
        assertThat(module.calls(TokenApi.FETCH_TOKEN_RESULT)).isEqualTo(1);
        assertThat(issued()).isEqualTo(1);
    }

    @Test
    void lostKeyChange_isFetchedWhole() throws Exception {
        module.next(TokenApi.ISSUE_KEY_CHANGE_TOKENS, Deed.CUT_AFTER);
        MeterKeyState from = TestModules.meter();
        MeterKeyState to = TestModules.meter(from.pan().digits(), from.algorithm(), 201457, 2);
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            IssueKeyChange change = new IssueKeyChange(new MessageId("change"), from, to, 4);
            IssuedTokens tokens = client.issue(change);
            assertThat(tokens.tokens()).hasSize(4);
            assertThat(client.issue(change).tokens()).isEqualTo(tokens.tokens());
        }
        assertThat(issued()).isEqualTo(1);
    }

    @Test
    void requestToRecover_isLookedForFirst() throws Exception {
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            IssuedTokens tokens = client.issue(credit("before"));
            assertThat(client.recover(credit("before")).tokens()).isEqualTo(tokens.tokens());
            assertThat(module.calls(TokenApi.ISSUE_CREDIT_TOKEN)).isEqualTo(1);
            assertThat(module.calls(TokenApi.FETCH_TOKEN_RESULT)).isEqualTo(1);
            IssueCredit never = TestModules.credit(new MessageId("never"), TestModules.meter(3), TestModules.minute(1));
            assertThat(client.recover(never).tokens()).hasSize(1);
            assertThat(module.calls(TokenApi.ISSUE_CREDIT_TOKEN)).isEqualTo(2);
        }
        assertThat(issued()).isEqualTo(2);
    }

    /** Peers that hold a caller as long as they can. */
    enum Hold {
        HANG,
        DRIP,
        OVERSIZED;

        Deed deed() {
            return switch (this) {
                case HANG -> Deed.HANG;
                case DRIP -> Deed.DRIP;
                case OVERSIZED -> Deed.OVERSIZED;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Hold.class)
    void noPeer_holdsARequestBeyondItsDeadline(Hold hold) throws Exception {
        try (NetworkSecurityModule client = client(SHORT)) {
            assertThat(client.vendingKeys()).isNotEmpty();
            module.usually(hold.deed());
            assertUnknownInTime(client, () -> client.issue(credit("held")));
            assertUnknownInTime(client, () -> client.find(new MessageId("held")));
            long start = System.nanoTime();
            assertThat(client.status().ready()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.plus(SLACK));
            module.usually(Deed.FORWARD);
            assertThat(client.issue(credit("held")).tokens()).hasSize(1);
            assertThat(client.status().ready()).isTrue();
        }
    }

    private static void assertUnknownInTime(NetworkSecurityModule client, Callable<?> request) {
        long start = System.nanoTime();
        assertThatThrownBy(request::call).as("%s", client).isInstanceOfSatisfying(SecurityModuleException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(NotAskedException.isCauseOf(e)).isFalse();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.plus(SLACK));
    }

    @Test
    void peerThatNeverBeginsTls_holdsNobody() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                NetworkSecurityModule client =
                        Clients.of(silent.getLocalPort(), ServerFixture.ADMIN, ServerFixture.PASSWORD, SHORT)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.issue(credit("silent")))
                    .isInstanceOfSatisfying(SecurityModuleException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                        assertThat(NotAskedException.isCauseOf(e)).isTrue();
                    });
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.plus(SLACK));
        }
    }

    private static UnaryOperator<List<Token>> first(UnaryOperator<Map<String, Object>> change) {
        return tokens -> {
            List<Token> all = new ArrayList<>(tokens);
            all.set(0, Edited.token(all.getFirst(), change));
            return all;
        };
    }

    private static Arguments lie(String field, Object value) {
        return Arguments.of(field, first(fields -> {
            fields.put(field, value);
            return fields;
        }));
    }

    static Stream<Arguments> lies() {
        UnaryOperator<List<Token>> none = tokens -> List.of();
        UnaryOperator<List<Token>> twice = tokens -> List.of(tokens.getFirst(), tokens.getFirst());
        return Stream.of(
                Arguments.of("no token", none),
                Arguments.of("two tokens", twice),
                lie("drn", "01000000012"),
                lie("pan", "600727010000000127"),
                lie("ea", 7),
                lie("sgc", 201458),
                lie("krn", 2),
                lie("ti", 2),
                lie("tokenClass", 2),
                lie("subclass", 1),
                lie("tid", 5),
                lie("tid", -5),
                lie("transferAmount", 257.0),
                lie("transferAmount", Double.NaN),
                lie("isReservedTid", true),
                lie("tokenDec", "12345678901234567890"),
                lie("tokenDec", "123"),
                lie("tokenHex", "00000000000000000"),
                lie("vkKcv", "000000"));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void answerThatDoesNotFit_givesNoToken(String field, UnaryOperator<List<Token>> lie) throws Exception {
        Deed lying = Deed.edit(TokenApi.ISSUE_CREDIT_TOKEN, lie);
        Deed again = Deed.edit(TokenApi.FETCH_TOKEN_RESULT, lie);
        module.next(TokenApi.ISSUE_CREDIT_TOKEN, lying, lying, lying, lying);
        module.next(TokenApi.FETCH_TOKEN_RESULT, again, again, again, again);
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            IssueCredit request = credit("lie");
            assertThatThrownBy(() -> client.issue(request))
                    .as("%s", field)
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                    .message()
                    .doesNotContain(request.meter().pan().drn().digits());
            assertThat(client.status().alerts().getFirst()).contains("does not fit the request");
        }
    }

    @Test
    void tokensOfAnotherMessage_areNotGivenOut_andTheTrueOnesAreFound() throws Exception {
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            IssueCredit other = TestModules.credit(new MessageId("other"), TestModules.meter(9), TestModules.minute(1));
            IssuedTokens ofOther = client.issue(other);
            List<List<Token>> kept = new ArrayList<>();
            module.next(TokenApi.FETCH_TOKEN_RESULT, Deed.edit(TokenApi.FETCH_TOKEN_RESULT, tokens -> {
                kept.add(tokens);
                return tokens;
            }));
            assertThat(client.find(other.messageId())).isPresent();
            module.next(TokenApi.ISSUE_CREDIT_TOKEN, Deed.edit(TokenApi.ISSUE_CREDIT_TOKEN, tokens -> kept.getFirst()));
            IssuedTokens tokens = client.issue(credit("mine"));
            assertThat(tokens.tokens()).isNotEqualTo(ofOther.tokens());
            assertThat(tokens.tokens())
                    .isEqualTo(fixture.module
                            .record(new ClientName(ServerFixture.ADMIN), new MessageId("mine"))
                            .orElseThrow()
                            .tokens()
                            .tokens());
        }
    }

    @Test
    void forgottenSession_isBegunAnew_onceForAllWhoNeedIt() throws Exception {
        try (NetworkSecurityModule client = client(TIMEOUT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(client.vendingKeys()).isNotEmpty();
            for (int i = 0; i < 8; i++) {
                module.next(TokenApi.ISSUE_CREDIT_TOKEN, Deed.forgetSession(TokenApi.ISSUE_CREDIT_TOKEN));
            }
            List<Future<IssuedTokens>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int meter = i;
                all.add(threads.submit(() -> client.issue(TestModules.credit(
                        new MessageId("session-" + meter), TestModules.meter(meter), TestModules.minute(1)))));
            }
            int refused = 0;
            for (Future<IssuedTokens> one : all) {
                try {
                    assertThat(one.get().tokens()).hasSize(1);
                } catch (ExecutionException e) { // met a second refusal of the eight
                    assertThat(((SecurityModuleException) e.getCause()).kind()).isEqualTo(Kind.ACCESS_DENIED);
                    refused++;
                }
            }
            assertThat(refused).isLessThan(8);
            assertThat(module.calls(TokenApi.SIGN_IN_WITH_PASSWORD)).isBetween(2, 9);
        }
    }

    @Test
    void sessionThatExpiresAgainAtOnce_isRenewedOnceOnly() throws Exception {
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            module.next(
                    TokenApi.ISSUE_CREDIT_TOKEN,
                    Deed.forgetSession(TokenApi.ISSUE_CREDIT_TOKEN),
                    Deed.forgetSession(TokenApi.ISSUE_CREDIT_TOKEN));
            assertThatThrownBy(() -> client.issue(credit("twice")))
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.ACCESS_DENIED));
            assertThat(module.calls(TokenApi.SIGN_IN_WITH_PASSWORD)).isEqualTo(2);
            assertThat(client.issue(credit("twice")).tokens()).hasSize(1);
        }
    }

    @Test
    void connectionsThatEndWhileIdle_areReplaced() throws Exception {
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            assertThat(client.issue(credit("before")).tokens()).hasSize(1);
            module.cutAll();
            assertThat(client.issue(TestModules.credit(
                                    new MessageId("after"), TestModules.meter(), TestModules.minute(2)))
                            .tokens())
                    .hasSize(1);
        }
        assertThat(issued()).isEqualTo(2);
    }

    @Test
    void connections_areKept_andNoMoreThanAllowed() throws Exception {
        NetworkModuleSettings standard = Clients.settings(module.port());
        NetworkModuleSettings two = new NetworkModuleSettings(
                standard.host(),
                standard.port(),
                standard.realm(),
                standard.connectTimeout(),
                standard.replyTimeout(),
                standard.timeout(),
                2,
                standard.idleTimeout(),
                List.of());
        Map<String, IssuedTokens> answers = new ConcurrentHashMap<>();
        try (NetworkSecurityModule client = NetworkSecurityModule.open(
                        two,
                        new ModuleUser(ServerFixture.ADMIN, ServerFixture.PASSWORD.toCharArray()),
                        Clients.trust(),
                        fixture.clock.clock());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch begin = new CountDownLatch(1);
            for (int i = 0; i < 50; i++) {
                int meter = i;
                var unused = threads.submit(() -> {
                    begin.await();
                    String id = "many-" + meter;
                    return answers.put(
                            id,
                            client.issue(TestModules.credit(
                                    new MessageId(id), TestModules.meter(meter), TestModules.minute(1))));
                });
            }
            begin.countDown();
        }
        assertThat(answers).hasSize(50);
        assertThat(module.connections.get()).isBetween(1, 2);
    }

    @Test
    void everyErrorCode_hasAKind_andUnknownOnesAreUnknown() throws Exception {
        Map<ErrorCode, Kind> kinds = new TreeMap<>();
        try (NetworkSecurityModule client = client(TIMEOUT)) {
            assertThat(client.vendingKeys()).isNotEmpty();
            for (ErrorCode code : ErrorCode.values()) {
                if (code != ErrorCode.AUTHENTICATION_TOKEN) {
                    module.next(
                            TokenApi.ISSUE_CREDIT_TOKEN,
                            Deed.refuse(TokenApi.ISSUE_CREDIT_TOKEN, code.with("a", "b", "c")));
                    kinds.put(code, refusal(client).kind());
                }
            }
            module.next(
                    TokenApi.ISSUE_CREDIT_TOKEN,
                    Deed.refuse(
                            TokenApi.ISSUE_CREDIT_TOKEN,
                            new ApiException(new ApiException.Fault(
                                    "ENew.Code", "about meter 01234567890\nERROR forged line"))));
            SecurityModuleException unknown = refusal(client);
            assertThat(unknown.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(unknown).message().contains("ENew.Code").doesNotContain("01234567890", "\n");
        }
        assertThat(kinds)
                .containsEntry(ErrorCode.KEYSTORE_NOT_FOUND, Kind.KEY_ABSENT)
                .containsEntry(ErrorCode.PARAM_RANGE, Kind.NOT_PERMITTED)
                .containsEntry(ErrorCode.AUTHENTICATION_PERMISSION, Kind.CLIENT_NOT_PERMITTED)
                .containsEntry(ErrorCode.VENDING_KEY_EXPIRED, Kind.KEY_EXPIRED)
                .containsEntry(ErrorCode.VENDING_KEY_BEFORE_BASE_DATE, Kind.BEFORE_BASE_DATE)
                .containsEntry(ErrorCode.SERVICE, Kind.UNAVAILABLE)
                .containsEntry(ErrorCode.SECURITY_MODULE, Kind.UNAVAILABLE);
    }

    private static SecurityModuleException refusal(NetworkSecurityModule client) {
        try {
            IssuedTokens unused = client.issue(credit("refused"));
            throw new AssertionError("issued");
        } catch (SecurityModuleException e) {
            return e;
        }
    }

    /** Hardware tells no keys. */
    private static List<NodeStatus> withoutKeys(List<NodeStatus> nodes) {
        return nodes.stream()
                .map(node -> {
                    Map<String, String> info = new TreeMap<>(node.info());
                    info.keySet().removeIf(name -> name.startsWith("metermint."));
                    return new NodeStatus(info, node.alerts());
                })
                .toList();
    }

    @Test
    void hardwareThatTellsNoKeys_isUsedWithTheConfiguredOnes() throws Exception {
        for (int i = 0; i < 5; i++) {
            module.next(TokenApi.GET_STATUS, Deed.edit(TokenApi.GET_STATUS, NetworkModuleFaultsTest::withoutKeys));
        }
        List<VendingKeyInfo> keys = fixture.module.vendingKeys();
        try (NetworkSecurityModule client = configured(keys)) {
            assertThat(client.vendingKeys()).isEqualTo(keys);
            assertThat(client.issue(credit("declared")).testOnly()).isTrue();
        }
        try (NetworkSecurityModule client = configured(List.of())) {
            assertThat(refusal(client).kind()).isEqualTo(Kind.KEY_ABSENT);
        }
    }

    private NetworkSecurityModule configured(List<VendingKeyInfo> keys) throws Exception {
        return NetworkSecurityModule.open(
                Clients.settings(module.port()).withKeys(keys),
                new ModuleUser(ServerFixture.ADMIN, ServerFixture.PASSWORD.toCharArray()),
                Clients.trust(),
                fixture.clock.clock());
    }

    @Test
    void moduleWithAnotherKeyThanConfigured_isNotUsed() throws Exception {
        VendingKeyInfo key = fixture.module.vendingKeys().getFirst();
        VendingKeyInfo other = new VendingKeyInfo(
                key.supplyGroup(),
                key.revision(),
                key.type(),
                key.baseDate(),
                key.expiry(),
                key.activeFrom(),
                key.algorithm(),
                "ABCDEF",
                key.testOnly());
        try (NetworkSecurityModule client = configured(List.of(other))) {
            assertThat(refusal(client)).message().contains("check value").contains("ABCDEF");
            assertThat(client.status().ready()).isFalse();
        }
        assertThat(issued()).isZero();
    }
}
