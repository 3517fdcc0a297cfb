package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.NOW;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.ExtendedValue;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.MeterTest;
import org.metermint.token.PowerLimit;
import org.metermint.token.RawValue;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TokenIdentifier;

/** What the owner of a module lets its clients have, and that nobody gets more. */
class IssuePolicyTest {
    private static final SupplyGroupCode GROUP = new SupplyGroupCode(201_457);
    private static final ClientName TILL = new ClientName("till");

    @TempDir
    private Path directory;

    private final MovableClock clock = new MovableClock();
    private int serial;

    /** A clock that a test sets. */
    private static final class MovableClock extends Clock {
        private Instant now = NOW;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private SoftwareSecurityModule open() throws Exception {
        SoftwareSecurityModule module = TestModules.open(directory, clock);
        module.loadTestOnlyVendingKeys();
        return module;
    }

    private static IssuePolicy policy(ClientPolicy client, IssueLimit... limits) {
        return new IssuePolicy(List.of(client), List.of(limits), null, IssuePolicy.STANDARD_MAX_AHEAD);
    }

    private static ClientPolicy till(Set<TokenKind> kinds, @Nullable Set<SupplyGroupCode> groups) {
        return new ClientPolicy(TILL, kinds, groups, 0, null);
    }

    private static ClientPolicy everything() {
        return till(EnumSet.allOf(TokenKind.class), null);
    }

    private MessageId id() {
        return MessageId.of(new UUID(3, ++serial));
    }

    private IssueCredit credit(MeterKeyState meter, long tenths) {
        return new IssueCredit(id(), meter, CreditType.ELECTRICITY, new CreditAmount(tenths), null);
    }

    private IssueRequest request(TokenKind kind) {
        return switch (kind) {
            case CREDIT -> credit(meter(), 10);
            case CURRENCY_CREDIT ->
                new IssueCurrencyCredit(
                        id(), meter(), CreditType.ELECTRICITY_CURRENCY, new CurrencyAmount(BigInteger.TEN), null);
            case KEY_CHANGE ->
                IssueKeyChange.between(
                        id(), meter(), TestModules.meter(meter().pan().digits(), meter().algorithm(), 201_457, 2));
            case POWER_LIMIT -> management(new ManagementOrder.LimitPower(new PowerLimit(100)));
            case PHASE_UNBALANCE -> management(new ManagementOrder.LimitPhaseUnbalance(new PowerLimit(100)));
            case CLEAR_CREDIT -> management(new ManagementOrder.ClearCredit(new CreditRegister(0)));
            case CLEAR_TAMPER -> management(new ManagementOrder.ClearTamper());
            case TARIFF_RATE -> management(new ManagementOrder.SetTariffRate(new RawValue(7)));
            case WATER_FACTOR -> management(new ManagementOrder.SetWaterFactor(new RawValue(7)));
            case EXTENDED_SET -> management(new ManagementOrder.WriteExtended(new ExtendedValue(0)));
            case METER_TEST -> new IssueMeterTest(id(), InitiateMeterTestDisplay1.of(MeterTest.ALL));
        };
    }

    private IssueManagement management(ManagementOrder order) {
        return new IssueManagement(id(), meter(), order, null);
    }

    private static String answer(SecurityModule module, IssueRequest request) {
        try {
            module.issue(request);
            return "ISSUED";
        } catch (SecurityModuleException e) {
            return e.kind().name();
        }
    }

    @ParameterizedTest
    @EnumSource
    void kind_isIssuedOnlyToAClientThatMayHaveIt(TokenKind kind) throws Exception {
        try (SoftwareSecurityModule module = open()) {
            module.setPolicy(policy(till(EnumSet.of(kind), null)), "test");
            SecurityModule view = module.as(TILL);
            for (TokenKind asked : TokenKind.values()) {
                assertThat(answer(view, request(asked)))
                        .as("%s", asked)
                        .isEqualTo(asked == kind ? "ISSUED" : "CLIENT_NOT_PERMITTED");
            }
            assertThat(answer(module.as(new ClientName("stranger")), request(kind)))
                    .isEqualTo("CLIENT_NOT_PERMITTED");
        }
    }

    @Test
    void supplyGroup_notOfTheClient_isRefused_alsoAsTheTargetOfAKeyChange_andForVerification() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            module.setPolicy(policy(till(EnumSet.allOf(TokenKind.class), Set.of(GROUP))), "test");
            SecurityModule view = module.as(TILL);
            MeterKeyState other = TestModules.meter(meter().pan().digits(), meter().algorithm(), 201_461, 8);
            IssuedTokens issued = view.issue(credit(meter(), 10));
            assertThat(answer(view, credit(other, 10))).isEqualTo("CLIENT_NOT_PERMITTED");
            assertThat(answer(view, IssueKeyChange.between(id(), meter(), other)))
                    .isEqualTo("CLIENT_NOT_PERMITTED");
            assertThat(view.verify(meter(), issued.tokens().getFirst())).isInstanceOf(TokenVerification.Valid.class);
            assertThatThrownBy(() -> view.verify(other, issued.tokens().getFirst()))
                    .isInstanceOf(SecurityModuleException.class)
                    .hasMessageContaining("201461");
        }
    }

    @Test
    void messageIds_belongToTheirClient() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            ClientName other = new ClientName("other");
            module.setPolicy(
                    new IssuePolicy(
                            List.of(
                                    everything(),
                                    new ClientPolicy(other, EnumSet.allOf(TokenKind.class), null, 0, null)),
                            List.of(),
                            null,
                            IssuePolicy.STANDARD_MAX_AHEAD),
                    "test");
            IssueCredit request = credit(meter(), 10);
            IssuedTokens mine = module.as(TILL).issue(request);
            assertThat(module.as(other).find(request.messageId())).isEmpty();
            IssuedTokens theirs = module.as(other).issue(request);
            assertThat(theirs.tokens()).isNotEqualTo(mine.tokens());
            assertThat(module.as(TILL).find(request.messageId())).contains(mine);
            assertThat(module.record(other, request.messageId())).contains(new IssuedRecord(request, theirs));
        }
    }

    @Test
    void largestAmount_ofOneToken_isTheBound_withTheGroupsOwnLimitFirst() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            long no = IssueLimit.UNLIMITED;
            module.setPolicy(
                    policy(
                            everything(),
                            new IssueLimit(null, TokenKind.CREDIT, 100, LimitPeriod.DAY, no, no),
                            new IssueLimit(GROUP, TokenKind.CREDIT, 50, LimitPeriod.DAY, no, no)),
                    "test");
            SecurityModule view = module.as(TILL);
            MeterKeyState other = TestModules.meter(meter().pan().digits(), meter().algorithm(), 201_461, 8);
            assertThat(answer(view, credit(meter(), 50))).isEqualTo("ISSUED");
            assertThat(answer(view, credit(meter(), 51))).isEqualTo("LIMIT_REACHED");
            assertThat(answer(view, credit(other, 100))).isEqualTo("ISSUED");
            assertThat(answer(view, credit(other, 101))).isEqualTo("LIMIT_REACHED");
        }
    }

    @Test
    void amountAndCount_ofAPeriod_holdAcrossRestarts_andBeginAnewWithTheNext() throws Exception {
        IssueLimit limit = new IssueLimit(GROUP, TokenKind.CREDIT, 1000, LimitPeriod.HOUR, 1000, 3);
        try (SoftwareSecurityModule module = open()) {
            module.setPolicy(policy(everything(), limit), "test");
            assertThat(answer(module.as(TILL), credit(meter(), 600))).isEqualTo("ISSUED");
            assertThat(answer(module.as(TILL), credit(meter(), 401))).isEqualTo("LIMIT_REACHED");
        }
        try (SoftwareSecurityModule module = open()) {
            assertThat(module.policy()).isEqualTo(policy(everything(), limit));
            assertThat(answer(module.as(TILL), credit(meter(), 401))).isEqualTo("LIMIT_REACHED");
            assertThat(answer(module.as(TILL), credit(meter(), 300))).isEqualTo("ISSUED");
            assertThat(answer(module.as(TILL), credit(meter(), 1))).isEqualTo("ISSUED");
            assertThat(answer(module.as(TILL), credit(meter(), 1))).isEqualTo("LIMIT_REACHED");
            clock.now = NOW.minus(Duration.ofHours(3));
            assertThat(answer(module.as(TILL), credit(meter(), 1)))
                    .as("a clock set back frees nothing")
                    .isEqualTo("LIMIT_REACHED");
            clock.now = LimitPeriod.HOUR.startOf(NOW).plus(Duration.ofHours(1));
            assertThat(answer(module.as(TILL), credit(meter(), 1000))).isEqualTo("ISSUED");
        }
    }

    @RepeatedTest(20)
    void manyAtOnce_neverPassTheLimits_andUseThemUp() throws Exception {
        IssueLimit limit = new IssueLimit(GROUP, TokenKind.CREDIT, 1000, LimitPeriod.DAY, 5_000, 200);
        Random random = new Random(20261121);
        try (SoftwareSecurityModule module = open()) {
            module.setPolicy(policy(everything(), limit), "test");
            List<Thread> threads = new ArrayList<>();
            List<List<IssueOutcome>> answers = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 8; i++) {
                List<IssueRequest> requests = new ArrayList<>();
                for (int j = 0; j < 50; j++) {
                    requests.add(credit(TestModules.meter(random.nextInt(20)), 10 + random.nextInt(90)));
                }
                threads.add(Thread.startVirtualThread(
                        () -> answers.add(module.as(TILL).issueAll(requests))));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            long count = 0;
            long amount = 0;
            for (IssueOutcome outcome : answers.stream().flatMap(List::stream).toList()) {
                switch (outcome) {
                    case IssueOutcome.Issued issued -> {
                        count++;
                        IssuedRecord found =
                                module.record(TILL, issued.messageId()).orElseThrow();
                        amount += ((IssueCredit) found.request()).amount().tenths();
                    }
                    case IssueOutcome.Refused refused ->
                        assertThat(refused.reason().kind()).isEqualTo(Kind.LIMIT_REACHED);
                }
            }
            assertThat(answers).hasSize(8);
            assertThat(count).isLessThanOrEqualTo(200);
            assertThat(amount).isBetween(5_000L - 99, 5_000L);
        }
    }

    @Test
    void inhibitDate_stopsEverythingButAnswersGivenBefore() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            IssuePolicy open = policy(everything());
            module.setPolicy(new IssuePolicy(open.clients(), List.of(), NOW.plusSeconds(60), open.maxAhead()), "test");
            IssueCredit before = credit(meter(), 10);
            IssuedTokens issued = module.as(TILL).issue(before);
            clock.now = NOW.plusSeconds(60);
            for (TokenKind kind : TokenKind.values()) {
                assertThat(answer(module.as(TILL), request(kind)))
                        .as("%s", kind)
                        .isEqualTo("INHIBITED");
            }
            assertThat(module.as(TILL).issue(before)).isEqualTo(issued);
            assertThat(module.status().alerts()).anyMatch(alert -> alert.startsWith("inhibited"));
        }
    }

    @Test
    void identifier_tooFarAhead_isRefused() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            IssuePolicy week = policy(everything());
            module.setPolicy(new IssuePolicy(week.clients(), List.of(), null, Duration.ofMinutes(10)), "test");
            assertThat(answer(module.as(TILL), credit(minute(11)))).isEqualTo("TID_TOO_FAR_AHEAD");
            assertThat(answer(module.as(TILL), credit(minute(10)))).isEqualTo("ISSUED");
            assertThat(answer(module.as(TILL), credit(meter(), 1)))
                    .as("the one after the last is eleven minutes ahead")
                    .isEqualTo("TID_TOO_FAR_AHEAD");
        }
    }

    private IssueCredit credit(int minutes) {
        return new IssueCredit(
                id(), meter(), CreditType.ELECTRICITY, new CreditAmount(1), new TokenIdentifier(minutes));
    }

    @RepeatedTest(20)
    void identifiersChosenByTheModule_rise_alsoInOneListAndFromManyThreads() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            List<Thread> threads = new ArrayList<>();
            List<IssueOutcome> answers = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                List<IssueRequest> requests = new ArrayList<>();
                for (int j = 0; j < 8; j++) {
                    requests.add(credit(meter(), 1));
                }
                threads.add(Thread.startVirtualThread(() -> answers.addAll(module.issueAll(requests))));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            Set<Integer> minutes = new TreeSet<>();
            for (IssueOutcome outcome : answers) {
                IssuedTokens.IssuingKey key =
                        ((IssueOutcome.Issued) outcome).tokens().key();
                minutes.add(key.tid().minutes());
            }
            assertThat(minutes).hasSize(32);
            assertThat(minutes.iterator().next()).isEqualTo(minute(0));
            assertThat(((TreeSet<Integer>) minutes).last()).isEqualTo(minute(31));
        }
    }

    @Test
    void policyFile_edited_isFound_whateverTheOctet() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            module.setPolicy(
                    policy(everything(), new IssueLimit(GROUP, TokenKind.CREDIT, 1000, LimitPeriod.DAY, 5_000, 100)),
                    "test");
        }
        Path store = directory.resolve("policy.json");
        byte[] content = Files.readAllBytes(store);
        Random random = new Random(5);
        for (int i = 0; i < 60; i++) {
            byte[] edited = content.clone();
            int place = random.nextInt(edited.length);
            if (Character.isWhitespace(edited[place])) {
                continue;
            }
            edited[place] ^= 1;
            Files.write(store, edited);
            assertThatThrownBy(this::open)
                    .as("octet %d", place)
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isIn(Kind.CORRUPT, Kind.NEWER_FORMAT));
        }
        Files.write(store, content);
        open().close();
    }

    @Test
    void json_ofAPolicy_readsBack_andMistakesAreNamed() {
        IssuePolicy policy = new IssuePolicy(
                List.of(
                        everything(),
                        new ClientPolicy(
                                new ClientName("office"),
                                Set.of(TokenKind.CLEAR_TAMPER),
                                Set.of(GROUP),
                                5,
                                PasswordHash.of("correct horse battery".toCharArray()))),
                List.of(new IssueLimit(
                        null, TokenKind.METER_TEST, IssueLimit.UNLIMITED, LimitPeriod.MONTH, IssueLimit.UNLIMITED, 9)),
                NOW,
                Duration.ofHours(2));
        byte[] json = IssuePolicyJson.write(policy);
        Path file = Path.of("policy.json");
        assertThat(IssuePolicyJson.read(file, json)).isEqualTo(policy);
        String text = new String(json, StandardCharsets.UTF_8);
        for (List<String> mistake : List.of(
                List.of(
                        "\"CLEAR_TAMPER\"",
                        "\"CLEAR_ALL\"",
                        "kinds[6] that cannot be read: CLEAR_ALL is none of CREDIT"),
                List.of("\"201457\"", "\"20145\"", "clients[1].supplyGroups[0]"),
                List.of("\"office\"", "\"till\"", "twice"),
                List.of("\"tokensPerSecond\" : 5", "\"tokensPerSecond\" : 0", "tokensPerSecond"),
                List.of("\"countPerPeriod\" : 9", "\"countPerPeriod\" : -1", "below 0"),
                List.of("\"maxAheadMinutes\" : 120", "\"maxAheadMinutes\" : 1.5", "maxAheadMinutes"),
                List.of("\"limits\"", "\"limit\"", "limit"))) {
            String wrong = text.replace(mistake.get(0), mistake.get(1));
            assertThat(wrong).isNotEqualTo(text);
            assertThatThrownBy(() -> IssuePolicyJson.read(file, wrong.getBytes(StandardCharsets.UTF_8)))
                    .as("%s", mistake)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(mistake.get(2))
                    .hasMessageContaining("correct it");
        }
        assertThat(text).doesNotContain("correct horse");
    }

    @Test
    void exampleOfTheGuide_isAPolicy() throws Exception {
        Path guide = Path.of("../docs/operating/policy.md");
        String text = Files.readString(guide);
        int begin = text.indexOf("```json\n") + "```json\n".length();
        byte[] json = text.substring(begin, text.indexOf("```", begin)).getBytes(StandardCharsets.UTF_8);
        IssuePolicy policy = IssuePolicyJson.read(guide, json);
        assertThat(policy.clients()).hasSize(2);
        assertThat(policy.limit(TokenKind.CREDIT, new SupplyGroupCode(201_461)))
                .map(IssueLimit::largestAmount)
                .contains(10_000L);
        assertThat(policy.maxAhead()).isEqualTo(Duration.ofDays(1));
        for (TokenKind kind : TokenKind.values()) {
            assertThat(text).contains("`" + kind + "`");
        }
    }

    @Test
    void password_matchesItself_andNothingElse_andIsNowhereShown() {
        char[] password = "correct horse battery".toCharArray();
        PasswordHash hash = PasswordHash.of(password);
        assertThat(hash.matches(password)).isTrue();
        assertThat(hash.matches(Arrays.copyOf(password, password.length - 1))).isFalse();
        assertThat(PasswordHash.parse(hash.text())).isEqualTo(hash);
        assertThat(hash).hasToString("PasswordHash");
        assertThat(PasswordHash.of(password)).isNotEqualTo(hash);
        assertThatThrownBy(() -> PasswordHash.of("short".toCharArray())).hasMessageContaining("shorter than 12");
        for (String other : List.of(
                "argon2id$00$00",
                "argon2id$xyz$00",
                "hunter2",
                hash.text() + "0",
                hash.text().toUpperCase(Locale.ROOT),
                "")) {
            assertThatThrownBy(() -> PasswordHash.parse(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("password hash is not of the form argon2id$salt$hash; set the password anew");
        }
    }
}
