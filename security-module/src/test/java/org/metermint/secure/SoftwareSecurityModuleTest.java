package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.NOW;
import static org.metermint.secure.TestModules.credit;
import static org.metermint.secure.TestModules.facts;
import static org.metermint.secure.TestModules.meter;
import static org.metermint.secure.TestModules.minute;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.ExtendedValue;
import org.metermint.token.KeyType;
import org.metermint.token.PowerLimit;
import org.metermint.token.TokenIdentifier;

class SoftwareSecurityModuleTest {
    private static final MessageId ID = MessageId.of(new UUID(7, 7));
    private static final String SECRET = "0badc0de0badc0de0badc0de0badc0de0badc0de";

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private Path directory;

    @BeforeEach
    void nameDirectory() {
        directory = parent.resolve("store");
    }

    private SoftwareSecurityModule open() throws Exception {
        return TestModules.open(directory, clock.clock());
    }

    private SoftwareSecurityModule openWithTestKeys() throws Exception {
        SoftwareSecurityModule module = open();
        module.loadTestOnlyVendingKeys();
        return module;
    }

    @Test
    void issue_sameRequestAgain_givesTheSameResult_alsoAfterRestartAndKeyExpiry() throws Exception {
        List<IssueRequest> requests = List.of(
                credit(MessageId.of(new UUID(0, 1)), meter(), minute(0)),
                new IssueCurrencyCredit(
                        MessageId.of(new UUID(0, 2)),
                        meter(),
                        CreditType.WATER_CURRENCY,
                        CurrencyAmount.ofSteps(-123_456_789),
                        new TokenIdentifier(minute(1))),
                management(3, new ManagementOrder.LimitPower(new PowerLimit(18_201_624))),
                management(4, new ManagementOrder.LimitPhaseUnbalance(new PowerLimit(10))),
                management(5, new ManagementOrder.ClearCredit(CreditRegister.ALL)),
                management(6, new ManagementOrder.ClearTamper()),
                management(7, new ManagementOrder.WriteExtended(ExtendedValue.flag(1, true))),
                new IssueKeyChange(
                        MessageId.of(new UUID(0, 8)),
                        meter(),
                        TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 201461, 8),
                        4),
                IssueKeyChange.between(
                        MessageId.of(new UUID(0, 9)),
                        TestModules.meter("000001000000000082", EncryptionAlgorithm.EA07, 201457, 1),
                        TestModules.meter("000001000000000082", EncryptionAlgorithm.EA07, 201461, 8)));
        List<IssuedTokens> first = new ArrayList<>();
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            for (IssueRequest request : requests) {
                first.add(module.issue(request));
            }
            assertThat(first).extracting(tokens -> tokens.tokens().size()).containsExactly(1, 1, 1, 1, 1, 1, 1, 4, 3);
        }
        clock.set(Instant.parse("2046-01-01T00:00:00Z"));
        try (SoftwareSecurityModule module = open()) {
            for (int i = 0; i < requests.size(); i++) {
                assertThat(module.issue(requests.get(i))).isEqualTo(first.get(i));
                assertThat(module.find(requests.get(i).messageId())).contains(first.get(i));
            }
            assertThat(module.status().issuedMessages()).isEqualTo(requests.size());
            assertThat(module.find(MessageId.of(new UUID(0, 99)))).isEmpty();
        }
    }

    private static IssueManagement management(int number, ManagementOrder order) {
        return new IssueManagement(
                MessageId.of(new UUID(0, number)), meter(), order, new TokenIdentifier(minute(number)));
    }

    @Test
    void issue_sameIdOtherParameters_isRefused_alsoWithinOneCall() throws Exception {
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            module.issue(credit(ID, meter(), minute(0)));
            assertRefused(Kind.MESSAGE_ID_REUSED, () -> module.issue(credit(ID, meter(), minute(1))));
            assertThatThrownBy(() -> module.issue(new IssueCredit(
                            ID, meter(), CreditType.GAS, new CreditAmount(256), new TokenIdentifier(minute(1)))))
                    .hasMessageContaining("differs in type, tid");
            assertThatThrownBy(() -> module.issue(new IssueManagement(
                            ID, meter(), new ManagementOrder.ClearTamper(), new TokenIdentifier(minute(1)))))
                    .hasMessageContaining("differs in kind");
            MessageId other = MessageId.of(new UUID(8, 8));
            List<IssueOutcome> outcomes = module.issueAll(List.of(
                    credit(other, meter(), minute(2)),
                    credit(other, meter(), minute(2)),
                    credit(other, meter(), minute(3)),
                    credit(MessageId.of(new UUID(8, 9)), meter(), minute(2)),
                    credit(MessageId.of(new UUID(8, 10)), meter(), minute(4))));
            assertThat(outcomes.get(0)).isInstanceOf(IssueOutcome.Issued.class).isEqualTo(outcomes.get(1));
            assertThat(outcomes.get(2)).satisfies(outcome -> assertRefused(Kind.MESSAGE_ID_REUSED, outcome));
            assertThat(outcomes.get(3)).satisfies(outcome -> assertRefused(Kind.TID_NOT_RISING, outcome));
            assertThat(outcomes.get(4)).isInstanceOf(IssueOutcome.Issued.class);
        }
    }

    @Test
    void issue_refused_bindsNothing() throws Exception {
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            assertRefused(
                    Kind.KEY_ABSENT,
                    () -> module.issue(credit(
                            ID,
                            TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 999999, 1),
                            minute(0))));
            assertThat(module.find(ID)).isEmpty();
            assertThat(module.issue(credit(ID, meter(), minute(0))).tokens()).hasSize(1);
        }
    }

    @Test
    void tid_ofOneMeterAndBaseDate_onlyRises_acrossKindsRevisionsAndRestarts() throws Exception {
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            module.issue(credit(MessageId.of(new UUID(0, 1)), meter(), minute(5)));
        }
        try (SoftwareSecurityModule module = open()) {
            assertRefused(
                    Kind.TID_NOT_RISING, () -> module.issue(credit(MessageId.of(new UUID(0, 2)), meter(), minute(5))));
            assertRefused(Kind.TID_NOT_RISING, () -> module.issue(management(3, new ManagementOrder.ClearTamper())));
            MeterKeyState later = TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 201457, 2);
            assertRefused(
                    Kind.TID_NOT_RISING, () -> module.issue(credit(MessageId.of(new UUID(0, 4)), later, minute(5))));
            module.issue(credit(MessageId.of(new UUID(0, 5)), later, minute(6)));
            MeterKeyState another = TestModules.meter("000001000000000082", EncryptionAlgorithm.EA11, 201457, 1);
            module.issue(credit(MessageId.of(new UUID(0, 6)), another, minute(1)));
            clock.set(Instant.parse("2035-01-01T08:00:00Z"));
            MeterKeyState newBase = TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 203557, 6);
            module.issue(credit(MessageId.of(new UUID(0, 7)), newBase, 480));
        }
    }

    @Test
    void threads_askingForOneIdAtOnce_getOneResult() throws Exception {
        try (SoftwareSecurityModule module = SoftwareSecurityModule.open(
                        directory, TestModules.keyFile(directory), clock.clock(), RandomSource.secure());
                ExecutorService pool = Executors.newFixedThreadPool(8)) {
            module.loadTestOnlyVendingKeys();
            for (int round = 0; round < 200; round++) {
                IssueCredit request = credit(MessageId.of(new UUID(1, round)), meter(), minute(round));
                CountDownLatch start = new CountDownLatch(1);
                List<Future<IssuedTokens>> answers = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    answers.add(pool.submit(() -> {
                        start.await();
                        return module.issue(request);
                    }));
                }
                start.countDown();
                Set<IssuedTokens> results = new HashSet<>();
                for (Future<IssuedTokens> answer : answers) {
                    results.add(answer.get());
                }
                assertThat(results).hasSize(1);
            }
            assertThat(module.status().issuedMessages()).isEqualTo(200);
        }
    }

    @Test
    void issue_byAnInterruptedThread_works() throws Exception {
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            Thread.currentThread().interrupt();
            assertThat(module.issue(credit(ID, meter(), minute(0))).tokens()).hasSize(1);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(module.issue(credit(MessageId.of(new UUID(0, 2)), meter(), minute(1)))
                            .tokens())
                    .hasSize(1);
        }
    }

    @Test
    void import_keyAgain_isTheSame_otherKeyOrFactsAreRefused() throws Exception {
        VendingKeyFacts facts = facts(500000, 1, KeyType.DUTK, BaseDate.BASE_2014, 200, KeyGeneration.DKGA04);
        byte[] key = HexFormat.of().parseHex(SECRET);
        try (SoftwareSecurityModule module = open()) {
            VendingKeyInfo info = module.importVendingKey(facts, key);
            assertThat(info.testOnly()).isFalse();
            assertThat(info.keyCheckValue()).matches("[0-9A-F]{6}");
            assertThat(module.importVendingKey(facts, key)).isEqualTo(info);
            byte[] other = key.clone();
            other[19]++;
            assertRefused(Kind.KEY_PRESENT, () -> module.importVendingKey(facts, other));
            assertRefused(
                    Kind.KEY_PRESENT,
                    () -> module.importVendingKey(
                            facts(500000, 1, KeyType.DUTK, BaseDate.BASE_2014, 201, KeyGeneration.DKGA04), key));
            assertThat(module.vendingKeys()).containsExactly(info);
        }
        try (SoftwareSecurityModule module = open()) {
            assertThat(module.vendingKeys()).hasSize(1);
            assertThat(module.status().testOnlyKeys()).isZero();
        }
    }

    @Test
    void import_keyOfWrongLengthOrParity_isRefusedWithoutShowingIt() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            VendingKeyFacts wide = facts(500000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
            assertThatThrownBy(() -> module.importVendingKey(wide, new byte[19]))
                    .hasMessage("vending key has 19 octets; a key of DKGA04 has 20");
            VendingKeyFacts narrow = facts(500000, 1, KeyType.DUTK, BaseDate.BASE_1993, 255, KeyGeneration.DKGA02);
            assertThatThrownBy(
                            () -> module.importVendingKey(narrow, HexFormat.of().parseHex("abababababababaa")))
                    .hasMessageContaining("parity");
            assertThat(module.vendingKeys()).isEmpty();
        }
    }

    @Test
    void testKeys_areLabelledWhateverTheyComeAs() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            byte[] publicKey = HexFormat.of().parseHex("abababababababab949494949494949401234567");
            VendingKeyFacts facts = facts(700000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
            assertThat(module.importVendingKey(facts, publicKey).testOnly()).isTrue();
            MeterKeyState meter = TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 700000, 1);
            IssuedTokens tokens = module.issue(credit(ID, meter, minute(0)));
            assertThat(tokens.testOnly()).isTrue();
            assertThat(tokens.toString())
                    .contains("TEST ONLY")
                    .doesNotContain(tokens.tokens().getFirst().digits());
            assertThat(module.status().alerts()).anyMatch(alert -> alert.startsWith("TEST ONLY"));
            assertThat(module.loadTestOnlyVendingKeys())
                    .allMatch(VendingKeyInfo::testOnly)
                    .isNotEmpty();
            assertThat(module.loadTestOnlyVendingKeys())
                    .hasSize(module.vendingKeys().size() - 1);
        }
    }

    @Test
    void open_twice_isRefusedWithTheProcess() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            assertThat(module.vendingKeys()).isEmpty();
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE))
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        open().close();
    }

    @Test
    void open_byAnotherProcess_isRefused_alsoAfterThisOneTriedTwice() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            assertThat(module.vendingKeys()).isEmpty();
            assertRefused(Kind.IN_USE, this::open);
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            IssuingChild.class.getName(),
                            directory.toString(),
                            "0")
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("in use by process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void import_fileNotReplaceable_takesNothingIn() throws Exception {
        try (SoftwareSecurityModule module = open()) {
            Path inTheWay = directory.resolve("vending-keys.json.new");
            Files.createDirectories(inTheWay.resolve("x"));
            assertRefused(Kind.UNAVAILABLE, module::loadTestOnlyVendingKeys);
            assertThat(module.vendingKeys()).isEmpty();
            Files.delete(inTheWay.resolve("x"));
            Files.delete(inTheWay);
            assertThat(module.loadTestOnlyVendingKeys()).isNotEmpty();
        }
    }

    @Test
    void open_fileMissingBesideTheOther_isRefused() throws Exception {
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            module.issue(credit(ID, meter(), minute(0)));
        }
        Path keys = directory.resolve("vending-keys.json");
        Path journal = directory.resolve("record");
        Path aside = parent.resolve("aside");
        Files.move(journal, aside);
        assertRefused(Kind.CORRUPT, this::open);
        Files.move(aside, journal);
        Files.move(keys, aside);
        assertRefused(Kind.CORRUPT, this::open);
        Files.move(aside, keys);
        open().close();
    }

    @Test
    void open_makingOfAStoreCutShort_makesItAnew() throws Exception {
        open().close();
        Files.delete(directory.resolve("vending-keys.json"));
        assertRefused(Kind.CORRUPT, this::open); // a store that was opened had a key file
        int header = 236;
        Files.write(segment(), Arrays.copyOf(Files.readAllBytes(segment()), header));
        try (SoftwareSecurityModule module = open()) {
            assertThat(module.vendingKeys()).isEmpty();
        }
    }

    @Test
    void open_storeOfAnEarlierFormat_isRefusedWithTheRemedy() throws Exception {
        open().close();
        Files.createFile(directory.resolve("issued.journal"));
        assertThatThrownBy(this::open)
                .hasMessageContaining("earlier version of this program")
                .hasMessageContaining("begin a new store");
    }

    @Test
    void open_journalOfANewerVersion_isRefusedWithTheRemedy() throws Exception {
        open().close();
        byte[] octets = Files.readAllBytes(segment());
        octets[11] = 3;
        Files.write(segment(), octets);
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NEWER_FORMAT))
                .hasMessageContaining("run the version of the program that wrote it");
    }

    @Test
    void open_tornTail_isToldByTheStatus() throws Exception {
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            module.issue(credit(ID, meter(), minute(0)));
        }
        Files.write(segment(), new byte[] {0, 0, 1}, StandardOpenOption.APPEND);
        try (SoftwareSecurityModule module = open()) {
            assertThat(module.status().alerts()).anyMatch(alert -> alert.contains("torn"));
            assertThat(module.find(ID)).isPresent();
        }
    }

    @Test
    void clockSetBack_isToldByTheStatus_untilTheClockHasPassedTheRecord() throws Exception {
        try (SoftwareSecurityModule module = openWithTestKeys()) {
            module.issue(credit(ID, meter(), minute(0)));
            assertThat(module.status().alerts()).noneMatch(alert -> alert.startsWith("the clock"));
            clock.set(NOW.minusSeconds(3)); // as a time server sets it
            assertThat(module.status().alerts()).noneMatch(alert -> alert.startsWith("the clock"));
            clock.set(NOW.minus(Duration.ofHours(2)));
            assertThat(module.status().alerts().getFirst())
                    .contains("the clock shows 2026-03-01T08:00:00Z", "set the clock right");
        }
        try (SoftwareSecurityModule module = open()) {
            assertThat(module.status().alerts()).anyMatch(alert -> alert.startsWith("the clock"));
            clock.set(NOW.plusSeconds(1));
            assertThat(module.status().alerts()).noneMatch(alert -> alert.startsWith("the clock"));
        }
    }

    @Test
    void closedModule_answersUnavailable() throws Exception {
        SoftwareSecurityModule module = openWithTestKeys();
        module.close();
        module.close();
        assertRefused(Kind.UNAVAILABLE, () -> module.issue(credit(ID, meter(), minute(0))));
        assertRefused(Kind.UNAVAILABLE, () -> module.find(ID));
        assertRefused(Kind.UNAVAILABLE, module::vendingKeys);
        assertThat(module.status().ready()).isFalse();
    }

    @Test
    void secrets_areInNoTextAndNoFile() throws Exception {
        VendingKeyFacts facts = facts(500000, 1, KeyType.DUTK, BaseDate.BASE_2014, 200, KeyGeneration.DKGA04);
        byte[] key = HexFormat.of().parseHex(SECRET);
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        String digits;
        try (SoftwareSecurityModule module = open()) {
            out.println(module.importVendingKey(facts, key));
            out.println(facts);
            MeterKeyState meter = TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 500000, 1);
            IssuedTokens tokens = module.issue(credit(ID, meter, minute(0)));
            digits = tokens.tokens().getFirst().digits();
            out.println(tokens);
            out.println(module);
            out.println(module.status());
            out.println(module.vendingKeys());
            for (ThrowingCallable wrong : List.<ThrowingCallable>of(
                    () -> module.importVendingKey(
                            facts(500000, 1, KeyType.DUTK, BaseDate.BASE_2014, 9, KeyGeneration.DKGA04), key),
                    () -> module.importVendingKey(
                            facts(1, 1, KeyType.DUTK, BaseDate.BASE_2014, 9, KeyGeneration.DKGA02), key),
                    () -> module.issue(credit(ID, meter, minute(1))),
                    () -> module.issue(credit(MessageId.of(new UUID(1, 1)), meter, minute(0))))) {
                try {
                    wrong.call();
                } catch (Throwable e) {
                    e.printStackTrace(out);
                }
            }
        }
        for (Path file : List.of(directory.resolve("vending-keys.json"), segment())) {
            byte[] content = Files.readAllBytes(file);
            assertThat(HexFormat.of().formatHex(content)).doesNotContain(SECRET.substring(0, 16));
            out.println(new String(content, StandardCharsets.ISO_8859_1));
        }
        out.flush();
        assertThat(said.toString())
                .containsIgnoringCase("SecurityModuleException")
                .doesNotContainIgnoringCase(SECRET.substring(0, 12))
                .doesNotContain(digits, digits.substring(0, 10));
    }

    private Path segment() {
        return directory.resolve("record").resolve("segment-00000001");
    }

    private static void assertRefused(Kind kind, IssueOutcome outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        IssueOutcome.Refused.class,
                        refused -> assertThat(refused.reason().kind()).isEqualTo(kind));
    }

    private static void assertRefused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
