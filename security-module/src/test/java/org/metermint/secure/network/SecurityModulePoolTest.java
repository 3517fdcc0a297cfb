package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.credit;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TestModules;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyType;
import org.metermint.token.TokenIdentifier;

/** Members that fail in every way, and what callers of the pool see of it. */
class SecurityModulePoolTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** What a busy machine may add to a time-out. */
    private static final Duration LENIENCE = Duration.ofSeconds(5);

    @TempDir
    Path parent;

    private final ManualTimer timer = new ManualTimer();
    private final List<ScriptedModule> all = new ArrayList<>();
    private ScriptedModule a;
    private ScriptedModule b;
    private SecurityModulePool pool;

    @BeforeEach
    void openTwo() throws Exception {
        a = module("a");
        b = module("b");
        pool = pool(a, b);
    }

    @AfterEach
    void close() {
        all.forEach(module -> {
            module.fault = ScriptedModule.Fault.NONE;
            module.release();
        });
        pool.close();
        all.forEach(ScriptedModule::close);
    }

    private ScriptedModule module(String name) throws Exception {
        SoftwareSecurityModule software = TestModules.open(parent.resolve(name), new TestModules.TestClock().clock());
        software.loadTestOnlyVendingKeys();
        ScriptedModule module = new ScriptedModule(software);
        all.add(module);
        return module;
    }

    private static PoolSettings settings() {
        return new PoolSettings(
                TIMEOUT,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                2,
                2_000,
                2_000,
                Map.of());
    }

    private SecurityModulePool pool(ScriptedModule... modules) {
        return pool(settings(), modules);
    }

    private SecurityModulePool pool(PoolSettings settings, ScriptedModule... modules) {
        List<SecurityModulePool.Member> members = new ArrayList<>();
        for (ScriptedModule module : modules) {
            members.add(new SecurityModulePool.Member("module " + (char) ('A' + all.indexOf(module)), module));
        }
        return SecurityModulePool.open(members, settings, new TestModules.TestClock().clock(), timer);
    }

    private static IssueCredit request(int number) {
        return credit(new MessageId("m" + number), meter(number), minute(number));
    }

    /** A request whose meter prefers a member; found by asking the pool with a meter of its own. */
    private IssueCredit requestFor(ScriptedModule wanted, int from) throws SecurityModuleException {
        for (int serial = from; ; serial++) {
            int before = wanted.issues.get();
            pool.issue(credit(new MessageId("try-" + serial), meter(serial), minute(1)));
            if (wanted.issues.get() > before) {
                return credit(new MessageId("m" + serial), meter(serial), minute(2));
            }
        }
    }

    private static Kind kindOf(ThrowingIssue issue) {
        try {
            issue.run();
        } catch (SecurityModuleException e) {
            return e.kind();
        }
        throw new AssertionError("nothing was thrown");
    }

    private interface ThrowingIssue {
        void run() throws SecurityModuleException;
    }

    private boolean isAnywhere(MessageId id) {
        return all.stream().anyMatch(module -> module.issued.contains(id));
    }

    @Test
    void issue_manyMeters_usesBothMembers_andAMeterKeepsItsOwn() throws Exception {
        for (int i = 0; i < 40; i++) {
            pool.issue(request(i));
        }
        assertThat(a.issues.get()).isBetween(8, 32);
        assertThat(b.issues.get()).isEqualTo(40 - a.issues.get());
        int before = a.issues.get();
        IssueCredit first = requestFor(a, 100);
        int atA = a.issues.get();
        for (int i = 0; i < 10; i++) {
            pool.issue(new IssueCredit(
                    new MessageId("same-meter-" + i),
                    first.meter(),
                    CreditType.ELECTRICITY,
                    new CreditAmount(5),
                    new TokenIdentifier(minute(10 + i))));
        }
        assertThat(a.issues.get()).as("started at %d", before).isEqualTo(atA + 10);
    }

    @Test
    void issue_busyMember_isSparedForTheOther() throws Exception {
        IssueCredit atA = requestFor(a, 0);
        a.fault = ScriptedModule.Fault.HANGS_BEFORE;
        int before = a.asked.get();
        int atB = b.issues.get();
        List<Thread> held = new ArrayList<>();
        for (int i = 0; i < 5; i++) { // a keeps its meter until it is busier than b by more than the slack
            IssueCredit request = credit(new MessageId("hang-" + i), atA.meter(), minute(20 + i));
            held.add(
                    Thread.startVirtualThread(() -> assertThat(outcome(request)).isNotNull()));
            while (a.asked.get() < before + i + 1) {
                Thread.onSpinWait();
            }
        }
        pool.issue(credit(new MessageId("spared"), atA.meter(), minute(30)));
        assertThat(b.issues.get()).isEqualTo(atB + 1);
        a.fault = ScriptedModule.Fault.NONE;
        a.release();
        for (Thread thread : held) {
            thread.join();
        }
    }

    private IssueOutcome outcome(IssueRequest request) {
        return pool.issueAll(List.of(request)).getFirst();
    }

    @Test
    void issue_memberWithoutTheKey_isNotAsked() throws Exception {
        SoftwareSecurityModule other = TestModules.open(parent.resolve("other"), new TestModules.TestClock().clock());
        other.importVendingKey(
                TestModules.facts(400000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04),
                new byte[20]);
        ScriptedModule c = new ScriptedModule(other);
        all.add(c);
        try (SecurityModulePool three = pool(settings(), a, c)) {
            for (int i = 0; i < 20; i++) {
                three.issue(request(i));
            }
            assertThat(c.issues.get()).isZero();
            three.issue(credit(
                    new MessageId("own"), meter("600727000000000009", EncryptionAlgorithm.EA11, 400000, 1), minute(1)));
            assertThat(c.issues.get()).isOne();
            assertThat(kindOf(() -> three.issue(credit(
                            new MessageId("none"),
                            meter("600727000000000009", EncryptionAlgorithm.EA11, 400001, 1),
                            minute(1)))))
                    .isEqualTo(Kind.KEY_ABSENT);
            assertThat(three.vendingKeys()).extracting(VendingKeyInfo::name).doesNotHaveDuplicates();
        }
    }

    @Test
    void issue_unreachableMember_isPassedOver_andLeftOutAfterTwoFailures() throws Exception {
        a.fault = ScriptedModule.Fault.REFUSES_CONNECTIONS;
        for (int i = 0; i < 20; i++) {
            pool.issue(request(i));
        }
        assertThat(b.issues.get()).isEqualTo(20);
        assertThat(pool.status().alerts().getFirst())
                .contains("module A is out of service")
                .contains("no connection");
        assertThat(pool.status().ready()).isTrue();
    }

    @Test
    void issue_busyAnswer_goesToTheOther() throws Exception {
        a.fault = ScriptedModule.Fault.BUSY;
        for (int i = 0; i < 10; i++) {
            pool.issue(request(i));
        }
        assertThat(b.issues.get()).isEqualTo(10);
        assertThat(pool.status().alerts()).noneMatch(alert -> alert.contains("out of service"));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "REFUSES_CONNECTIONS", "BUSY"})
    void issue_withoutDefiniteAnswer_staysWithItsMember(ScriptedModule.Fault fault) throws Exception {
        IssueCredit request = requestFor(a, 0);
        int atB = b.issues.get();
        a.fault = fault;
        long start = System.nanoTime();
        assertThat(kindOf(() -> pool.issue(request))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plus(LENIENCE));
        assertThat(kindOf(() -> pool.issue(request))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(kindOf(() -> pool.recover(request))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(b.issues.get()).isEqualTo(atB);

        a.fault = ScriptedModule.Fault.NONE;
        a.release();
        bringBack();
        IssuedTokens tokens = pool.recover(request);
        assertThat(b.issues.get()).as("never issued at the other").isEqualTo(atB);
        assertThat(pool.issue(request)).isEqualTo(tokens);
        assertThat(pool.find(request.messageId())).contains(tokens);
    }

    private void bringBack() {
        for (int i = 0; i < 10; i++) {
            timer.advance(Duration.ofSeconds(10));
        }
    }

    @Test
    void find_whileACallHangs_isUnknown_andNotNever() throws Exception {
        IssueCredit request = requestFor(a, 0);
        a.fault = ScriptedModule.Fault.HANGS_BEFORE;
        assertThat(kindOf(() -> pool.issue(request))).isEqualTo(Kind.UNAVAILABLE);
        a.fault = ScriptedModule.Fault.NONE; // answers again, but the first call still hangs
        assertThat(kindOf(() -> pool.find(request.messageId()))).isEqualTo(Kind.UNAVAILABLE);
        a.release();
        assertThat(pool.issue(request).messageId()).isEqualTo(request.messageId());
    }

    @Test
    void find_unknownId_needsEveryMember() throws Exception {
        assertThat(pool.find(new MessageId("never"))).isEmpty();
        b.fault = ScriptedModule.Fault.REFUSES_CONNECTIONS;
        assertThat(kindOf(() -> pool.find(new MessageId("never")))).isEqualTo(Kind.UNAVAILABLE);
        IssueCredit request = requestFor(a, 0);
        pool.issue(request);
        assertThat(pool.find(request.messageId())).isPresent();
    }

    @Test
    void recover_afterARestart_findsTheTokensWhereverTheyAre() throws Exception {
        IssueCredit request = requestFor(b, 0);
        a.fault = ScriptedModule.Fault.REFUSES_CONNECTIONS;
        IssueCredit elsewhere = requestElsewhere();
        a.fault = ScriptedModule.Fault.NONE;
        bringBack();
        IssuedTokens atB = pool.issue(request);
        try (SecurityModulePool next = pool(a, b)) {
            int issuedBefore = a.issued.size() + b.issued.size();
            assertThat(next.recover(request)).isEqualTo(atB);
            assertThat(next.recover(elsewhere).messageId()).isEqualTo(elsewhere.messageId());
            assertThat(a.issued.size() + b.issued.size()).isEqualTo(issuedBefore);
            IssueCredit other = credit(request.messageId(), request.meter(), minute(400));
            assertThat(kindOf(() -> next.recover(other))).isEqualTo(Kind.MESSAGE_ID_REUSED);
        }
        assertThat(a.closed).isTrue();
    }

    /** A request whose meter prefers a, issued at b because a was out of reach. */
    private IssueCredit requestElsewhere() throws SecurityModuleException {
        IssueCredit request = request(999);
        pool.issue(request);
        assertThat(b.issued).contains(request.messageId());
        return request;
    }

    @Test
    void recover_withOneMemberSilent_issuesNothing() throws Exception {
        for (ScriptedModule silent : List.of(a, b)) {
            silent.fault = ScriptedModule.Fault.REFUSES_CONNECTIONS;
            MessageId id = new MessageId("silent-" + all.indexOf(silent));
            IssueCredit request = credit(id, meter(7 + all.indexOf(silent)), minute(1));
            assertThat(kindOf(() -> pool.recover(request))).isEqualTo(Kind.UNAVAILABLE);
            assertThat(isAnywhere(id)).isFalse();
            silent.fault = ScriptedModule.Fault.NONE;
            assertThat(pool.recover(request).messageId()).isEqualTo(id);
        }
    }

    @Test
    void member_withAnotherKeyOfTheSameName_issuesNothing_untilItIsMended() throws Exception {
        b.keyFacts = key -> withCheckValue(key, "FFFFFF");
        timer.advance(Duration.ofSeconds(10));
        assertThat(pool.status().alerts().getFirst()).contains("module B").contains("check value FFFFFF");
        int atB = b.issues.get();
        for (int i = 0; i < 20; i++) {
            pool.issue(request(i));
        }
        assertThat(b.issues.get()).isEqualTo(atB);
        b.keyFacts = key -> key;
        bringBack();
        assertThat(pool.status().alerts()).noneMatch(alert -> alert.contains("issues nothing"));
    }

    @Test
    void member_withAnotherKeyThanConfigured_isTheOneToGo_evenIfItIsTheFirst() throws Exception {
        VendingKeyInfo key = b.vendingKeys().getFirst();
        a.keyFacts = other -> withCheckValue(other, "000000");
        PoolSettings standard = settings();
        PoolSettings configured = new PoolSettings(
                TIMEOUT,
                standard.checkEvery(),
                standard.firstPause(),
                standard.longestPause(),
                2,
                64,
                100,
                Map.of(key.name(), key.keyCheckValue()));
        try (SecurityModulePool other = pool(configured, a, b)) {
            assertThat(other.status().alerts().getFirst()).contains("module A").contains("is configured");
            assertThat(other.status().ready()).isTrue();
        }
    }

    private static VendingKeyInfo withCheckValue(VendingKeyInfo key, String checkValue) {
        return new VendingKeyInfo(
                key.supplyGroup(),
                key.revision(),
                key.type(),
                key.baseDate(),
                key.expiry(),
                key.activeFrom(),
                key.algorithm(),
                checkValue,
                key.testOnly());
    }

    @Test
    void probes_comeAfterGrowingPauses_andBringTheMemberBack() throws Exception {
        pool.close();
        a = module("c");
        try (SecurityModulePool alone = pool(a)) {
            a.fault = ScriptedModule.Fault.REFUSES_CONNECTIONS;
            timer.advance(Duration.ofSeconds(10)); // finds it out
            assertThat(alone.status().alerts().getFirst()).contains("module C is out of service");
            assertThat(alone.status().ready()).isFalse();
            List<Duration> pauses = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Duration pause = timer.untilNext();
                pauses.add(pause);
                timer.advance(pause);
            }
            assertThat(pauses)
                    .containsExactly(
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(4),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(5));
            a.fault = ScriptedModule.Fault.NONE;
            timer.advance(timer.untilNext());
            assertThat(alone.status().ready()).isTrue();
            a.fault = ScriptedModule.Fault.REFUSES_CONNECTIONS;
            timer.advance(timer.untilNext());
            assertThat(timer.untilNext()).as("fails at once again").isEqualTo(Duration.ofSeconds(5));
            a.fault = ScriptedModule.Fault.NONE;
            timer.advance(timer.untilNext());
            alone.issue(request(1));
            a.fault = ScriptedModule.Fault.REFUSES_CONNECTIONS;
            timer.advance(timer.untilNext());
            assertThat(timer.untilNext()).as("fails after it worked").isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void identifierLeftToTheModule_isRefused_ifThereAreTwoThatCouldChoose() throws Exception {
        IssueCredit open =
                new IssueCredit(new MessageId("open"), meter(), CreditType.ELECTRICITY, new CreditAmount(1), null);
        assertThatThrownBy(() -> pool.issue(open))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_PERMITTED));
        assertThat(pool.issueAll(List.of(open)).getFirst()).isInstanceOf(IssueOutcome.Refused.class);
        try (SecurityModulePool one = pool(a)) {
            assertThat(one.issue(open).tokens()).hasSize(1);
        }
    }

    @Test
    void issueAll_answersInOrder_keepsMetersInOrder_andRepeatsAlike() throws Exception {
        pool.close();
        a = module("c");
        b = module("d");
        pool = pool(settings().withTimeout(Duration.ofMinutes(1)), a, b);
        List<IssueRequest> requests = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            requests.add(credit(new MessageId("batch-" + i), meter(i % 50), minute(1 + i / 50)));
        }
        List<IssueOutcome> first = pool.issueAll(requests);
        assertThat(first).allMatch(outcome -> outcome instanceof IssueOutcome.Issued);
        assertThat(first.stream().map(IssueOutcome::messageId).toList())
                .isEqualTo(requests.stream().map(IssueRequest::messageId).toList());
        assertThat(pool.issueAll(requests.subList(0, 60))).isEqualTo(first.subList(0, 60));
        assertThat(a.issued).isNotEmpty().doesNotContainAnyElementsOf(b.issued);
        assertThat(b.issued).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(ScriptedModule.Fault.class)
    void issueAll_withAFaultyMember_answersEveryRequest_andBindsNoneTwice(ScriptedModule.Fault fault) throws Exception {
        a.fault = fault;
        List<IssueRequest> requests = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            requests.add(request(i));
        }
        long start = System.nanoTime();
        List<IssueOutcome> outcomes = pool.issueAll(requests);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(TIMEOUT.multipliedBy(2).plus(LENIENCE));
        assertThat(outcomes.stream().map(IssueOutcome::messageId).toList())
                .isEqualTo(requests.stream().map(IssueRequest::messageId).toList());
        a.fault = ScriptedModule.Fault.NONE;
        a.release();
        bringBack();
        for (IssueRequest request : requests) {
            pool.recover(request);
        }
        assertThat(a.issued).doesNotContainAnyElementsOf(b.issued);
        assertThat(a.issued.size() + b.issued.size()).isEqualTo(60);
    }

    @Test
    void undecidedIds_areBounded_andNoMoreAreBegun() throws Exception {
        PoolSettings small = new PoolSettings(
                TIMEOUT, Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(5), 1_000, 64, 3, Map.of());
        try (SecurityModulePool bounded = pool(small, a)) {
            a.fault = ScriptedModule.Fault.LOST_BEFORE;
            for (int i = 0; i < 3; i++) {
                IssueCredit request = request(i);
                assertThat(kindOf(() -> bounded.issue(request))).isEqualTo(Kind.UNAVAILABLE);
            }
            a.fault = ScriptedModule.Fault.NONE;
            assertThatThrownBy(() -> bounded.issue(request(3))).hasMessageContaining("owe answers to 3 requests");
            bounded.issue(request(1));
            bounded.issue(request(3));
        }
    }

    @Test
    void verify_asksAnotherMember_ifOneFails() throws Exception {
        IssuedTokens tokens = pool.issue(request(1));
        for (ScriptedModule failing : List.of(a, b)) {
            failing.fault = ScriptedModule.Fault.LOST_BEFORE;
            assertThat(pool.verify(meter(1), tokens.tokens().getFirst())).isInstanceOf(TokenVerification.Valid.class);
            failing.fault = ScriptedModule.Fault.NONE;
        }
    }

    @Test
    void close_ofAHangingMember_ends_andNothingIsIssuedAfterwards() throws Exception {
        a.fault = ScriptedModule.Fault.HANGS_BEFORE;
        pool.issueAll(List.of(request(1), request(2), request(3)));
        pool.close();
        assertThat(kindOf(() -> pool.issue(request(5)))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(kindOf(() -> pool.find(new MessageId("m1")))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(pool.status().ready()).isFalse();
    }

    @Test
    void open_withNobodyThere_isNotReady_andSaysWhy() {
        a.fault = ScriptedModule.Fault.HANGS_BEFORE;
        try (SecurityModulePool alone = pool(a)) {
            assertThat(alone.status().ready()).isFalse();
            assertThat(alone.status().alerts().getFirst()).contains("not answered in time");
            assertThat(kindOf(() -> alone.issue(request(1)))).isEqualTo(Kind.UNAVAILABLE);
            a.fault = ScriptedModule.Fault.NONE;
            a.release();
        }
    }
}
