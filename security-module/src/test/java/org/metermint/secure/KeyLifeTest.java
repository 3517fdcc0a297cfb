package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.facts;
import static org.metermint.secure.TestModules.minute;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/** What becomes of a vending key, from its import to the day when nothing but its facts is left. */
class KeyLifeTest {
    private static final byte[] KEY = HexFormat.of().parseHex("00112233445566778899aabbccddeeff01234567");
    private static final byte[] OTHER_KEY = HexFormat.of().parseHex("ff112233445566778899aabbccddeeff01234567");
    private static final VendingKeyFacts FACTS =
            facts(400000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
    private static final VendingKeyName NAME =
            new VendingKeyName(new SupplyGroupCode(400000), new KeyRevisionNumber(1), KeyType.DUTK);
    private static final VendingKeyName ABSENT =
            new VendingKeyName(new SupplyGroupCode(400000), new KeyRevisionNumber(9), KeyType.DUTK);

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private Path directory;
    private SoftwareSecurityModule module;

    @BeforeEach
    void importKey() throws Exception {
        directory = parent.resolve("store");
        module = TestModules.open(directory, clock.clock());
        module.importVendingKey(FACTS, KEY);
        module.importVendingKey(
                facts(400000, 2, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04), OTHER_KEY);
    }

    @AfterEach
    void close() {
        module.close();
    }

    private void restart() throws Exception {
        module.close();
        module = TestModules.open(directory, clock.clock());
    }

    private static MeterKeyState meter(int revision) {
        return TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 400000, revision);
    }

    private IssueCredit credit(String id, int afterNow) {
        return TestModules.credit(new MessageId(id), meter(1), minute(afterNow));
    }

    private VendingKeyInfo info() throws SecurityModuleException {
        return module.vendingKeys().stream()
                .filter(key -> key.name().equals(NAME))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void expire_fromNowOn_onlyTheOldKeyOfAKeyChange_alsoAfterARestart() throws Exception {
        module.issue(credit("before", 1));
        assertThat(info().status(clock.instant())).isEqualTo(KeyStatus.ACTIVE);
        VendingKeyInfo expired = module.custody().expire(NAME, "Ada", "lost sheet");
        assertThat(expired.expiredAt()).isEqualTo(clock.instant());
        for (int life = 0; life < 2; life++) {
            assertThat(info().status(clock.instant())).isEqualTo(KeyStatus.EXPIRED);
            assertRefused(
                    Kind.KEY_EXPIRED, () -> module.issue(credit("after", 2)), "expired by hand at " + clock.instant());
            assertThat(module.issue(credit("before", 1)).tokens()).hasSize(1);
            module.issue(new IssueKeyChange(new MessageId("leave" + life), meter(1), meter(2), 4));
            assertRefused(
                    Kind.KEY_EXPIRED,
                    () -> module.issue(new IssueKeyChange(new MessageId("return"), meter(2), meter(1), 4)),
                    "later revision");
            restart();
        }
        clock.set(clock.instant().minus(Duration.ofDays(30))); // by hand is for good
        assertThat(info().status(clock.instant())).isEqualTo(KeyStatus.EXPIRED);
        assertRefused(
                Kind.KEY_EXPIRED,
                () -> module.issue(TestModules.credit(new MessageId("back"), meter(1), minute(0))),
                "by hand");
    }

    @Test
    void destroy_leavesTheFactsAndNothingElse() throws Exception {
        module.issue(credit("before", 1));
        String keyFile = Files.readString(directory.resolve("vending-keys.json"));
        VendingKeyInfo destroyed = module.custody().destroy(NAME, "Ada", "Grace", "supply group dissolved");
        assertThat(destroyed.destroyedAt()).isEqualTo(clock.instant());
        assertThat(Files.readString(directory.resolve("vending-keys.json"))).isNotEqualTo(keyFile);
        for (int life = 0; life < 2; life++) {
            assertThat(info().status(clock.instant())).isEqualTo(KeyStatus.DESTROYED);
            assertThat(info().keyCheckValue()).isEqualTo(destroyed.keyCheckValue());
            assertThat(module.status().vendingKeys()).isEqualTo(1);
            assertRefused(
                    Kind.KEY_ABSENT, () -> module.issue(credit("after", 2)), "was destroyed at " + clock.instant());
            assertRefused(
                    Kind.KEY_ABSENT,
                    () -> module.issue(new IssueKeyChange(new MessageId("leave"), meter(1), meter(2), 4)),
                    "destroyed");
            assertThat(module.find(new MessageId("before"))).isPresent();
            restart();
        }
        assertRefused(Kind.KEY_ABSENT, () -> module.custody().destroy(NAME, "Ada", "Grace", "again"), "was destroyed");
        assertRefused(Kind.KEY_ABSENT, () -> module.custody().expire(NAME, "Ada", "again"), "was destroyed");
    }

    @Test
    void destroyedName_takesBackOnlyTheSameKey() throws Exception {
        IssuedTokens before = module.issue(credit("before", 1));
        module.custody().expire(NAME, "Ada", "moved");
        module.custody().destroy(NAME, "Ada", "Grace", "moved");
        assertRefused(Kind.KEY_PRESENT, () -> module.importVendingKey(FACTS, OTHER_KEY), "a new revision");
        VendingKeyFacts otherFacts = facts(400000, 1, KeyType.DUTK, BaseDate.BASE_2014, 254, KeyGeneration.DKGA04);
        assertRefused(Kind.KEY_PRESENT, () -> module.importVendingKey(otherFacts, KEY), "destroyed at");
        VendingKeyInfo back = module.importVendingKey(FACTS, KEY);
        assertThat(back.destroyedAt()).isNull();
        assertThat(back.status(clock.instant())).isEqualTo(KeyStatus.EXPIRED); // that it was expired is not forgotten
        restart();
        assertThat(info()).isEqualTo(back);
        assertThat(module.verify(meter(1), before.tokens().getFirst())).isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void import_sameKeyAgainAfterItExpired_staysExpired() throws Exception {
        module.custody().expire(NAME, "Ada", "moved");
        assertThat(module.importVendingKey(FACTS, KEY).expiredAt()).isEqualTo(clock.instant());
    }

    @ParameterizedTest
    @CsvSource({"Ada, ada", "Ada Lovelace,  ada  LOVELACE ", "Åse, A\u030Ase"})
    void destroy_confirmedByTheSamePerson_isRefused(String by, String confirmedBy) throws Exception {
        assertRefused(
                Kind.NOT_PERMITTED,
                () -> module.custody().destroy(NAME, by, confirmedBy, "no more meters"),
                "two people");
        assertThat(info().status(clock.instant())).isEqualTo(KeyStatus.ACTIVE);
    }

    @Test
    void custody_ofWhatIsNot_isRefused() {
        KeyCustody custody = module.custody();
        assertRefused(Kind.KEY_ABSENT, () -> custody.expire(ABSENT, "Ada", "lost"), "revision 9");
        assertRefused(Kind.KEY_ABSENT, () -> custody.destroy(ABSENT, "Ada", "Grace", "lost"), "revision 9");
        assertRefused(Kind.NOT_PERMITTED, () -> custody.expire(NAME, " ", "lost"), "1 to 64");
        assertRefused(Kind.NOT_PERMITTED, () -> custody.expire(NAME, "A\u0007da", "lost"), "on one line");
        assertRefused(Kind.NOT_PERMITTED, () -> custody.expire(NAME, "Ada", ""), "reason");
        module.close();
        assertRefused(Kind.UNAVAILABLE, () -> custody.expire(NAME, "Ada", "lost"), "closed");
    }

    @Test
    void expire_twice_isRefused() throws Exception {
        module.custody().expire(NAME, "Ada", "lost");
        assertRefused(Kind.NOT_PERMITTED, () -> module.custody().expire(NAME, "Ada", "lost"), "already");
    }

    /** Once destroy has returned nothing is issued any more, and nobody who was under way met a wiped key. */
    @Test
    void destroy_whileOthersIssue_neitherBreaksNorLetsThrough() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> issuers = IntStream.range(0, 4)
                    .mapToObj(thread -> threads.submit(() -> issueUntilRefused(thread)))
                    .toList();
            while (module.status().issuedMessages() < 50) {
                Thread.onSpinWait();
            }
            module.custody().destroy(NAME, "Ada", "Grace", "compromised");
            long issued = module.status().issuedMessages();
            int counted = 0;
            for (Future<Integer> issuer : issuers) {
                counted += issuer.get();
            }
            assertThat(counted).isEqualTo((int) issued);
        }
    }

    private int issueUntilRefused(int thread) throws SecurityModuleException {
        MeterKeyState own = meter(1);
        MeterKeyState meter = new MeterKeyState(
                TestModules.meter(thread).pan(),
                own.algorithm(),
                own.supplyGroup(),
                own.tariffIndex(),
                own.revision(),
                own.type());
        int issued = 0;
        while (true) {
            try {
                MessageId id = new MessageId("t" + thread + "-" + issued);
                module.issue(new IssueCredit(id, meter, CreditType.ELECTRICITY, new CreditAmount(256), null));
                issued++;
            } catch (SecurityModuleException e) {
                assertThat(e.kind()).isEqualTo(Kind.KEY_ABSENT);
                return issued;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // before the end of the key, the alert
        "P30DT1S,",
        "P30D, within 30 days",
        "P7DT1S, within 30 days",
        "P7D, within 7 days",
        "P1DT1S, within 7 days",
        "P1D, within 1 day",
        "PT1S, within 1 day",
        "PT0S, expired at",
    })
    void status_beforeAKeyExpires_warns(Duration before, @Nullable String alert) throws Exception {
        VendingKeyFacts facts = facts(400000, 7, KeyType.DUTK, BaseDate.BASE_2014, 100, KeyGeneration.DKGA04);
        Instant end = module.importVendingKey(facts, KEY).expiresAt();
        clock.set(end.minus(before));
        List<String> told = module.status().alerts().stream()
                .filter(text -> text.contains("revision 7"))
                .toList();
        if (alert == null) {
            assertThat(told).isEmpty();
        } else {
            assertThat(told).hasSize(1);
            assertThat(told.getFirst()).contains(alert, end.toString(), "take in the next revision");
        }
        module.custody()
                .expire(new VendingKeyName(NAME.supplyGroup(), new KeyRevisionNumber(7), NAME.type()), "Ada", "moved");
        assertThat(module.status().alerts()).noneMatch(text -> text.contains("revision 7"));
    }

    @Test
    void status_gravestFirst() throws Exception {
        module.loadTestOnlyVendingKeys();
        Instant end = module.importVendingKey(
                        facts(400000, 7, KeyType.DUTK, BaseDate.BASE_2014, 100, KeyGeneration.DKGA04), KEY)
                .expiresAt();
        clock.set(end.minusSeconds(60));
        assertThat(module.status().alerts().getFirst()).contains("within 1 day");
        assertThat(module.status().alerts().get(1)).contains("TEST ONLY");
        module.close();
        assertThat(module.status().alerts().getFirst()).isEqualTo("closed");
    }

    private static void assertRefused(Kind kind, ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }
}
