package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TestModules;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.token.BaseDate;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TokenNumber;

/** The client against the real server, over real TLS: the same answers as from a module in this process. */
@Timeout(120)
class NetworkSecurityModuleTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int REQUESTS = FULL ? 20_000 : 600;

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private ServerFixture fixture;
    private NetworkSecurityModule client;

    @BeforeEach
    void start() throws Exception {
        fixture = new ServerFixture(directory);
        client = Clients.of(fixture, ServerFixture.ADMIN);
    }

    @AfterEach
    void stop() {
        client.close();
        fixture.close();
    }

    /** What came of a request, without what the interface does not carry: counter, and the time of issue. */
    private static String outcome(SecurityModule module, IssueRequest request) {
        try {
            IssuedTokens issued = module.issue(request);
            return issued.messageId() + " " + issued.tokens() + " " + issued.key()
                    + (issued.testOnly() ? " TEST ONLY" : "");
        } catch (SecurityModuleException e) {
            return e.kind().toString();
        }
    }

    @Test
    @Timeout(3_600)
    void tokens_ofEveryKind_areThoseOfALocalModule() throws Exception {
        RandomRequests requests = new RandomRequests(new Random(seed), "law-");
        int issued = 0;
        Set<String> refusals = new HashSet<>();
        List<IssueRequest> made = new ArrayList<>();
        try (SoftwareSecurityModule local =
                TestModules.open(directory.resolve("local"), new TestModules.TestClock().clock())) {
            local.loadTestOnlyVendingKeys();
            IssuePolicy standard = IssuePolicy.standard();
            local.setPolicy(new IssuePolicy(standard.clients(), standard.limits(), null, Duration.ofDays(7)), "test");
            for (int i = 0; i < REQUESTS; i++) {
                IssueRequest request = requests.next();
                String here = outcome(local, request);
                assertThat(outcome(client, request))
                        .as("seed %d, request %d: %s", seed, i, request)
                        .isEqualTo(here);
                if (here.startsWith("law-")) {
                    issued++;
                    made.add(request);
                    assertVerifiesAlike(local, request);
                } else {
                    refusals.add(here);
                }
            }
        }
        assertThat(issued).isGreaterThan(REQUESTS / 5);
        assertThat(refusals).contains("KEY_ABSENT", "NOT_PERMITTED", "BEFORE_BASE_DATE", "TID_NOT_RISING");
        for (IssueRequest request : made) {
            IssuedTokens again = client.issue(request);
            Optional<IssuedTokens> found = client.find(request.messageId());
            if (request instanceof IssueMeterTest) {
                assertThat(found).isEmpty();
            } else {
                assertThat(found.map(IssuedTokens::tokens)).contains(again.tokens());
                assertThat(found.map(IssuedTokens::key)).contains(again.key());
                assertThat(found.map(IssuedTokens::testOnly)).contains(true);
            }
        }
    }

    /** The random number apart, which the interface does not carry: it is in none of the texts below. */
    private void assertVerifiesAlike(SoftwareSecurityModule local, IssueRequest request) throws Exception {
        Optional<MeterKeyState> meter = Requests.meter(request);
        if (meter.isEmpty()) {
            return;
        }
        for (TokenNumber token : local.issue(request).tokens()) {
            assertThat(text(client.verify(meter.get(), token)))
                    .as("seed %d: %s", seed, request)
                    .isEqualTo(text(local.verify(meter.get(), token)));
        }
        TokenNumber wrong = TokenNumber.ofDigits("12345678901234567890");
        assertThat(text(client.verify(meter.get(), wrong))).isEqualTo(text(local.verify(meter.get(), wrong)));
    }

    private static String text(TokenVerification verification) {
        return verification.toString().replaceAll("rnd=Rnd\\[[^]]*]|rnd=\\d+|rnd=[^,\\]]*", "rnd");
    }

    @Test
    void keysAndStatus_areThoseOfTheModule() throws Exception {
        assertThat(client.vendingKeys()).isEqualTo(fixture.module.vendingKeys());
        ModuleStatus there = fixture.module.status();
        ModuleStatus here = client.status();
        assertThat(here.ready()).isTrue();
        assertThat(here.moduleId()).isEqualTo(there.moduleId());
        assertThat(here.vendingKeys()).isEqualTo(there.vendingKeys());
        assertThat(here.testOnlyKeys()).isEqualTo(there.testOnlyKeys());
        assertThat(here.sampleTables()).isEqualTo(there.sampleTables());
        assertThat(here.time()).isEqualTo(TestModules.NOW);
    }

    @Test
    void keyThatWasExpiredByHand_isToldSo() throws Exception {
        fixture.module.custody().expire(fixture.module.vendingKeys().getFirst().name(), "owner", "test");
        assertThat(client.vendingKeys()).isEqualTo(fixture.module.vendingKeys());
        assertThat(client.vendingKeys().getFirst().expiredAt()).isNotNull();
    }

    @Test
    void issueAll_overSeveralConnections_answersInOrder_andKeepsTheOrderOfAMeter() throws Exception {
        List<IssueRequest> requests = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            requests.add(TestModules.credit(
                    new MessageId("all-" + i), TestModules.meter(i % 20), TestModules.minute(1 + i / 20)));
        }
        requests.add(TestModules.credit(new MessageId("all-200"), unknownKey(), TestModules.minute(1)));
        List<IssueOutcome> outcomes = client.issueAll(requests);
        assertThat(outcomes).hasSameSizeAs(requests);
        for (int i = 0; i < 200; i++) {
            assertThat(outcomes.get(i)).isInstanceOf(IssueOutcome.Issued.class);
            assertThat(outcomes.get(i).messageId()).isEqualTo(requests.get(i).messageId());
        }
        assertThat(outcomes.getLast())
                .isInstanceOfSatisfying(
                        IssueOutcome.Refused.class,
                        refused -> assertThat(refused.reason().kind()).isEqualTo(Kind.KEY_ABSENT));
    }

    private static MeterKeyState unknownKey() {
        MeterKeyState meter = TestModules.meter();
        return new MeterKeyState(
                meter.pan(),
                meter.algorithm(),
                new SupplyGroupCode(999999),
                meter.tariffIndex(),
                meter.revision(),
                meter.type());
    }

    @Test
    void sameIdForAnotherRequest_isRefused() throws Exception {
        MessageId id = new MessageId("one");
        IssuedTokens unused = client.issue(TestModules.credit(id, TestModules.meter(), TestModules.minute(1)));
        assertRefused(Kind.MESSAGE_ID_REUSED, TestModules.credit(id, TestModules.meter(), TestModules.minute(2)));
        assertRefused(Kind.MESSAGE_ID_REUSED, TestModules.credit(id, TestModules.meter(7), TestModules.minute(1)));
    }

    private void assertRefused(Kind kind, IssueRequest request) {
        assertThatThrownBy(() -> client.issue(request))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class,
                        e -> assertThat(e.kind()).as("%s", e.getMessage()).isEqualTo(kind));
    }

    @Test
    void whatTheUserMayNot_isRefused() throws Exception {
        try (NetworkSecurityModule seller = Clients.of(fixture, ServerFixture.SELLER)) {
            MeterKeyState meter = TestModules.meter();
            IssuedTokens unused = seller.issue(TestModules.credit(new MessageId("may"), meter, TestModules.minute(1)));
            MeterKeyState next = TestModules.meter(meter.pan().digits(), meter.algorithm(), 201457, 2);
            assertThatThrownBy(() -> seller.issue(new IssueKeyChange(new MessageId("not"), meter, next, 4)))
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.CLIENT_NOT_PERMITTED));
            assertThat(seller.vendingKeys())
                    .isNotEmpty()
                    .allMatch(key -> key.supplyGroup().equals(new SupplyGroupCode(201457)));
        }
    }

    @Test
    void inhibitedModule_isToldAsSuch_andErrorsNameNoMeterAndNoToken() throws Exception {
        IssuePolicy now = fixture.module.policy();
        fixture.module.setPolicy(
                new IssuePolicy(now.clients(), now.limits(), Instant.parse("2026-01-01T00:00:00Z"), now.maxAhead()),
                "test");
        IssueCredit request = TestModules.credit(new MessageId("late"), TestModules.meter(), TestModules.minute(1));
        assertRefused(Kind.INHIBITED, request);
        assertThatThrownBy(() -> client.issue(request))
                .message()
                .doesNotContain(request.meter().pan().drn().digits());
    }

    @Test
    void wrongPassword_isDenied_andNotTriedAgainAtOnce() throws Exception {
        try (MisbehavingModule between = new MisbehavingModule(fixture.certificate(), fixture.address());
                NetworkSecurityModule wrong =
                        Clients.of(between.port(), ServerFixture.ADMIN, "wrong password", Clients.TIMEOUT)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(wrong::vendingKeys)
                        .isInstanceOfSatisfying(
                                SecurityModuleException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.ACCESS_DENIED))
                        .message()
                        .doesNotContain("wrong password");
            }
            assertThat(between.calls(TokenApi.SIGN_IN_WITH_PASSWORD)).isEqualTo(1);
            assertThat(wrong.status().ready()).isFalse();
        }
    }

    @Test
    void closedClient_refuses_leavesNoThread_andNoPassword() throws Exception {
        char[] password = ServerFixture.PASSWORD.toCharArray();
        ModuleUser user = new ModuleUser(ServerFixture.ADMIN, password);
        NetworkSecurityModule other = NetworkSecurityModule.open(
                Clients.settings(fixture.address().getPort()), user, Clients.trust(), fixture.clock.clock());
        assertThat(other.vendingKeys()).isNotEmpty();
        assertThat(user.toString()).isEqualTo(ServerFixture.ADMIN);
        assertThat(guards()).isEqualTo(2);
        other.close();
        assertThatThrownBy(other::vendingKeys).isInstanceOf(SecurityModuleException.class);
        assertThat(other.status().ready()).isFalse();
        assertThat(user.password().reveal()).doesNotContain("horse");
        client.close();
        while (guards() > 0) { // they were told to end; the time-out of the test bounds the wait
            Thread.onSpinWait();
        }
    }

    private static long guards() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("security-module-guard"))
                .count();
    }

    @Test
    void clientOfAModuleThatIsNotThere_saysSo() throws Exception {
        fixture.close();
        IssueCredit request = TestModules.credit(new MessageId("gone"), TestModules.meter(), TestModules.minute(1));
        assertThatThrownBy(() -> client.issue(request))
                .isInstanceOfSatisfying(SecurityModuleException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                    assertThat(NotAskedException.isCauseOf(e)).isTrue();
                })
                .message()
                .contains("cannot be reached");
        assertThat(client.status().ready()).isFalse();
        assertThat(client.status().alerts()).isNotEmpty();
        fixture = new ServerFixture(directory);
    }

    @Test
    void keyThatIsImportedLater_isFound() throws Exception {
        assertThat(client.vendingKeys()).isNotEmpty();
        MeterKeyState meter = unknownKey();
        assertRefused(Kind.KEY_ABSENT, TestModules.credit(new MessageId("a"), meter, TestModules.minute(1)));
        fixture.module.importVendingKey(
                TestModules.facts(999999, 1, meter.type(), BaseDate.BASE_2014, 255, KeyGeneration.DKGA04),
                new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
        IssuedTokens issued = client.issue(TestModules.credit(new MessageId("a"), meter, TestModules.minute(1)));
        assertThat(issued.testOnly()).isFalse();
        assertThat(fixture.module.record(new ClientName(ServerFixture.ADMIN), new MessageId("a")))
                .isPresent();
    }
}
