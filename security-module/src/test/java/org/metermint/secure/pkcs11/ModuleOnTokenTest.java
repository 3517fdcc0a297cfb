package org.metermint.secure.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.RandomSource;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.StoreCopies;
import org.metermint.secure.TestModules;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.PowerLimit;
import org.metermint.token.Rnd;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.TestOnlyVendingKeys;

/** The module whose vending keys are in a token, beside the one that has the same keys in memory. */
class ModuleOnTokenTest {
    private static final boolean FULL = Boolean.getBoolean("metermint.full");
    private static final int METERS = FULL ? 5_000 : 200;
    private static final int SUPPLY_GROUP = 112_233;

    @TempDir
    Path directory;

    private SoftHsm hsm;
    private Path store;

    @BeforeEach
    void createToken() throws Exception {
        hsm = SoftHsm.create(directory.resolve("hsm"), "vending", "other");
        store = directory.resolve("store");
    }

    @Test
    void issue_randomMeters_givesTheTokensOfTheModuleInSoftware() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] first = new byte[20];
        byte[] second = new byte[20];
        random.nextBytes(first);
        random.nextBytes(second);
        int rndSeed = random.nextInt();
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule onToken = open(token, rnd(rndSeed));
                SoftwareSecurityModule inSoftware = SoftwareSecurityModule.open(
                        directory.resolve("software"),
                        TestModules.keyFile(directory.resolve("software")),
                        new TestModules.TestClock().clock(),
                        rnd(rndSeed))) {
            for (SoftwareSecurityModule module : List.of(onToken, inSoftware)) {
                module.importVendingKey(facts(1, KeyType.DUTK, BaseDate.BASE_2014), first);
                module.importVendingKey(facts(2, KeyType.DUTK, BaseDate.BASE_2014), second);
                module.importVendingKey(facts(3, KeyType.DDTK, BaseDate.BASE_1993), second);
            }
            assertThat(onToken.vendingKeys()).isEqualTo(inSoftware.vendingKeys());
            List<IssueRequest> requests = new ArrayList<>();
            for (int i = 0; i < METERS; i++) {
                requests.addAll(requests(random, i));
            }
            List<IssueOutcome> got = onToken.issueAll(requests);
            List<IssueOutcome> expected = inSoftware.issueAll(requests);
            for (int i = 0; i < requests.size(); i++) {
                assertThat(digits(got.get(i)))
                        .as("seed %d, request %d: %s", seed, i, requests.get(i))
                        .isEqualTo(digits(expected.get(i)));
            }
        }
    }

    /** One of each kind for a meter. */
    private static List<IssueRequest> requests(Random random, int meter) {
        EncryptionAlgorithm algorithm = random.nextBoolean() ? EncryptionAlgorithm.EA07 : EncryptionAlgorithm.EA11;
        String body = String.format("%010d", random.nextLong(10_000_000_000L));
        MeterPan pan = MeterPan.of(new DecoderReferenceNumber(body + Luhn.checkDigit(body)));
        MeterKeyState state = state(pan, algorithm, 1, KeyType.DUTK, random);
        TokenIdentifier first = new TokenIdentifier(TestModules.minute(1 + random.nextInt(100)));
        TokenIdentifier second = first.next();
        IssueRequest credit = new IssueCredit(
                id(meter, "credit"),
                state,
                CreditType.ofSubclass(random.nextInt(3)),
                new CreditAmount(random.nextInt(1_000_000)),
                first);
        IssueRequest currency = new IssueCurrencyCredit(
                id(meter, "currency"),
                state,
                CreditType.ofSubclass(4 + random.nextInt(3)),
                new CurrencyAmount(BigInteger.valueOf(random.nextInt(1_000_000))),
                second);
        ManagementOrder order = random.nextBoolean()
                ? new ManagementOrder.LimitPower(new PowerLimit(random.nextInt(100_000)))
                : new ManagementOrder.ClearCredit(CreditRegister.ALL);
        IssueRequest management = new IssueManagement(id(meter, "management"), state, order, second.next());
        int revision = 1 + random.nextInt(2);
        boolean wide = algorithm == EncryptionAlgorithm.EA11;
        IssueRequest change = new IssueKeyChange(
                id(meter, "change"),
                state(pan, algorithm, 3, KeyType.DDTK, random),
                state(pan, algorithm, revision, KeyType.DUTK, random),
                wide ? 4 : 2 + random.nextInt(2));
        return List.of(credit, currency, management, change);
    }

    private static MeterKeyState state(
            MeterPan pan, EncryptionAlgorithm algorithm, int revision, KeyType type, Random random) {
        return new MeterKeyState(
                pan,
                algorithm,
                new SupplyGroupCode(SUPPLY_GROUP),
                new TariffIndex(random.nextInt(100)),
                new KeyRevisionNumber(revision),
                type);
    }

    private static MessageId id(int meter, String kind) {
        return new MessageId(kind + "-" + meter);
    }

    private static List<String> digits(IssueOutcome outcome) {
        return switch (outcome) {
            case IssueOutcome.Issued issued ->
                issued.tokens().tokens().stream().map(TokenNumber::digits).toList();
            case IssueOutcome.Refused refused -> throw new AssertionError(refused.reason());
        };
    }

    private static RandomSource rnd(int seed) {
        Random random = new Random(seed);
        return () -> new Rnd(random.nextInt(16));
    }

    private static VendingKeyFacts facts(int revision, KeyType type, BaseDate base) {
        return TestModules.facts(SUPPLY_GROUP, revision, type, base, 255, KeyGeneration.DKGA04);
    }

    @Test
    void keys_afterARestart_areThoseOfTheToken() throws Exception {
        IssueCredit request = TestModules.credit(new MessageId("one"), TestModules.meter(), TestModules.minute(1));
        IssueCredit later = TestModules.credit(new MessageId("two"), TestModules.meter(), TestModules.minute(2));
        IssuedTokens tokens;
        List<VendingKeyInfo> keys;
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule module = open(token, TestModules.RND_5)) {
            keys = module.loadTestOnlyVendingKeys();
            tokens = module.issue(request);
            assertThat(tokens.testOnly()).isTrue();
            assertThat(module.loadTestOnlyVendingKeys()).as("loaded again").isEqualTo(keys);
        }
        assertThat(keys)
                .hasSizeGreaterThan(10)
                .allMatch(key -> key.algorithm() == KeyGeneration.DKGA04)
                .allMatch(VendingKeyInfo::testOnly);
        assertThat(hsm.pkcs11Tool("vending", "--list-objects", "--type", "secrkey"))
                .contains("-201457-1-2");
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule module = open(token, TestModules.RND_5)) {
            assertThat(module.vendingKeys()).containsExactlyInAnyOrderElementsOf(keys);
            assertThat(module.issue(request)).isEqualTo(tokens);
            assertThat(module.issue(later).tokens()).doesNotContainAnyElementsOf(tokens.tokens());
            assertThat(module.status().ready()).isTrue();
        }
    }

    @Test
    void store_ofAModuleOnAToken_holdsNoKeyAndOpensWithThatTokenOnly() throws Exception {
        KeyEncryptionKeySource keyFile = TestModules.keyFile(store);
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule module = open(token, keyFile)) {
            module.importVendingKey(facts(1, KeyType.DUTK, BaseDate.BASE_2014), new byte[20]);
        }
        assertFails(
                Kind.ACCESS_DENIED,
                "is in a PKCS#11 token",
                () -> SoftwareSecurityModule.open(
                        store, keyFile, new TestModules.TestClock().clock(), TestModules.RND_5));
        String label = label(hsm.pkcs11Tool("vending", "--list-objects", "--type", "secrkey"));
        try (Pkcs11Token other = hsm.open("other")) {
            assertFails(Kind.KEY_ABSENT, label, () -> open(other, keyFile));
            other.store(label, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
            assertFails(Kind.CORRUPT, "check value", () -> open(other, keyFile));
        }
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule module = open(token, keyFile)) {
            assertThat(module.vendingKeys()).hasSize(1);
        }
    }

    @Test
    void import_ofWhatDoesNotFit_isRefusedAndLeavesNothing() throws Exception {
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule module = open(token, TestModules.RND_5)) {
            VendingKeyFacts edition1 =
                    TestModules.facts(123456, 1, KeyType.DUTK, BaseDate.BASE_1993, 255, KeyGeneration.DKGA02);
            assertFails(
                    Kind.NOT_PERMITTED,
                    "keep it in a software module",
                    () -> module.importVendingKey(
                            edition1, TestOnlyVendingKeys.edition1().clearOctets()));
            byte[] key = new byte[20];
            VendingKeyFacts facts = facts(1, KeyType.DUTK, BaseDate.BASE_2014);
            VendingKeyInfo info = module.importVendingKey(facts, key);
            assertThat(module.importVendingKey(facts, key)).as("the same again").isEqualTo(info);
            key[19] = 1;
            assertFails(Kind.KEY_PRESENT, info.keyCheckValue(), () -> module.importVendingKey(facts, key));
            assertThat(module.vendingKeys()).containsExactly(info);
        }
        assertThat(hsm.pkcs11Tool("vending", "--list-objects", "--type", "secrkey"))
                .containsOnlyOnce("metermint-");
    }

    /** The state that a crash leaves between the token and the key file. */
    @Test
    void import_ofAKeyThatTheTokenHasAndTheFileLacks_takesItUpIfItIsTheSame() throws Exception {
        KeyEncryptionKeySource keyFile = TestModules.keyFile(store);
        VendingKeyFacts facts = facts(1, KeyType.DUTK, BaseDate.BASE_2014);
        byte[] key = new byte[20];
        try (Pkcs11Token token = hsm.open("vending")) {
            Path before = store.resolveSibling("before");
            open(token, keyFile).close();
            StoreCopies.copy(store, before);
            try (SoftwareSecurityModule module = open(token, keyFile)) {
                module.importVendingKey(facts, key);
            }
            StoreCopies.copy(before, store);
            try (SoftwareSecurityModule module = open(token, keyFile)) {
                assertThat(module.vendingKeys()).isEmpty();
                byte[] other = new byte[20];
                other[0] = 1;
                assertFails(Kind.KEY_PRESENT, "does not know", () -> module.importVendingKey(facts, other));
                module.importVendingKey(facts, key);
                assertThat(module.vendingKeys()).hasSize(1);
            }
        }
    }

    /** Keys do not leave the token, so the backup names them, and needs it. */
    @Test
    void backup_restored_usesTheKeysInTheToken_andDestroysThemThere() throws Exception {
        KeyEncryptionKeySource keyFile = TestModules.keyFile(store);
        char[] passphrase = "correct horse battery".toCharArray();
        Path restored = store.resolveSibling("restored");
        try (Pkcs11Token token = hsm.open("vending")) {
            VendingKeyInfo info;
            try (SoftwareSecurityModule module = open(token, keyFile)) {
                info = module.importVendingKey(facts(1, KeyType.DUTK, BaseDate.BASE_2014), new byte[20]);
                module.custody().backup(store.resolveSibling("backup"), passphrase, "Ada");
            }
            SoftwareSecurityModule.restore(store.resolveSibling("backup"), passphrase, restored, keyFile, "Grace");
            assertFails(
                    Kind.ACCESS_DENIED,
                    "open the module with that token",
                    () -> SoftwareSecurityModule.open(
                            restored, keyFile, new TestModules.TestClock().clock(), TestModules.RND_5));
            try (SoftwareSecurityModule module = openOn(restored, token, keyFile)) {
                assertThat(module.vendingKeys()).containsExactly(info);
                module.custody().destroy(info.name(), "Ada", "Grace", "no meter is left");
            }
            assertThat(hsm.pkcs11Tool("vending", "--list-objects", "--type", "secrkey"))
                    .doesNotContain("metermint-");
            try (SoftwareSecurityModule module = openOn(restored, token, keyFile)) {
                assertThat(module.vendingKeys().getFirst().destroyedAt()).isNotNull();
            }
        }
    }

    @Test
    void store_thatGetsATokenLater_keepsItsKeysAndPutsNewOnesIntoTheToken() throws Exception {
        KeyEncryptionKeySource keyFile = TestModules.keyFile(store);
        try (SoftwareSecurityModule module =
                SoftwareSecurityModule.open(store, keyFile, new TestModules.TestClock().clock(), TestModules.RND_5)) {
            module.importVendingKey(facts(1, KeyType.DUTK, BaseDate.BASE_2014), new byte[20]);
        }
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule module = open(token, keyFile)) {
            module.importVendingKey(facts(2, KeyType.DUTK, BaseDate.BASE_2014), new byte[20]);
            assertThat(module.vendingKeys()).hasSize(2);
        }
        assertThat(hsm.pkcs11Tool("vending", "--list-objects", "--type", "secrkey"))
                .contains("-112233-2-2")
                .doesNotContain("-112233-1-2");
    }

    @Test
    void destroy_keyInTheToken_isGoneFromItWhateverComesBetween() throws Exception {
        KeyEncryptionKeySource keyFile = TestModules.keyFile(store);
        String label;
        try (Pkcs11Token token = hsm.open("vending")) {
            try (SoftwareSecurityModule module = open(token, keyFile)) {
                VendingKeyInfo info = module.importVendingKey(facts(1, KeyType.DUTK, BaseDate.BASE_2014), new byte[20]);
                label = label(hsm.pkcs11Tool("vending", "--list-objects", "--type", "secrkey"));
                assertThat(token.contains(label)).isTrue();
                module.custody().destroy(info.name(), "A. Adams", "B. Brown", "the group is closed");
                assertThat(token.contains(label)).isFalse();
            }
            token.store(label, new byte[20]); // as if the process had died between the key file and the token
            try (SoftwareSecurityModule module = open(token, keyFile)) {
                assertThat(token.contains(label)).isFalse();
                assertThat(module.vendingKeys()).allMatch(key -> key.destroyedAt() != null);
            }
        }
    }

    @Test
    void rotate_fromAKeyFileToATokenAndBack_opensWithTheLastOnly() throws Exception {
        KeyEncryptionKeySource keyFile = TestModules.keyFile(store);
        try (Pkcs11Token token = hsm.open("vending")) {
            KeyEncryptionKeySource inToken = KeyEncryptionKeySource.pkcs11(token, "kek");
            try (SoftwareSecurityModule module = open(token, keyFile)) {
                module.loadTestOnlyVendingKeys();
                module.custody().rotateKeyEncryptionKey(inToken, "A. Adams");
            }
            assertFails(Kind.ACCESS_DENIED, "give the PKCS#11 token", () -> open(token, keyFile));
            try (SoftwareSecurityModule module = open(token, inToken)) {
                assertThat(module.vendingKeys()).isNotEmpty();
                module.custody().rotateKeyEncryptionKey(keyFile, "A. Adams");
            }
            assertFails(Kind.ACCESS_DENIED, "give the key file", () -> open(token, inToken));
            open(token, keyFile).close();
        }
    }

    @Test
    void issue_tokenTakenAway_isRefusedAndBindsNothing() throws Exception {
        IssueCredit request = TestModules.credit(new MessageId("one"), TestModules.meter(), TestModules.minute(1));
        KeyEncryptionKeySource keyFile = TestModules.keyFile(store);
        Path backup = directory.resolve("backup");
        try (Pkcs11Token token = hsm.open("vending")) {
            try (SoftwareSecurityModule module = open(token, keyFile)) {
                module.loadTestOnlyVendingKeys();
                Files.move(hsm.tokens(), backup);
                assertFails(Kind.UNAVAILABLE, "PKCS#11 token", () -> module.issue(request));
                assertThat(module.find(request.messageId())).isEmpty();
                assertThat(module.status().ready()).isFalse();
                assertThat(module.status().alerts()).anyMatch(alert -> alert.contains("PKCS#11 token \"vending\""));
            }
        }
        Files.move(backup, hsm.tokens());
        try (Pkcs11Token token = hsm.loadedAnew().open("vending");
                SoftwareSecurityModule module = open(token, keyFile)) {
            assertThat(module.issue(request).tokens()).hasSize(1);
        }
    }

    private SoftwareSecurityModule open(Pkcs11Token token, RandomSource random) throws SecurityModuleException {
        return SoftwareSecurityModule.openOnToken(
                store,
                KeyEncryptionKeySource.pkcs11(token, "kek"),
                new TestModules.TestClock().clock(),
                random,
                Ea07Tables.sample(),
                RecordSettings.STANDARD,
                token);
    }

    private SoftwareSecurityModule open(Pkcs11Token token, KeyEncryptionKeySource source)
            throws SecurityModuleException {
        return openOn(store, token, source);
    }

    private static SoftwareSecurityModule openOn(Path directory, Pkcs11Token token, KeyEncryptionKeySource source)
            throws SecurityModuleException {
        return SoftwareSecurityModule.openOnToken(
                directory,
                source,
                new TestModules.TestClock().clock(),
                TestModules.RND_5,
                Ea07Tables.sample(),
                RecordSettings.STANDARD,
                token);
    }

    private static String label(String listing) {
        return listing.lines()
                .filter(line -> line.contains("metermint-"))
                .map(line -> line.substring(line.indexOf("metermint-")).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError(listing));
    }

    private static void assertFails(Kind kind, String message, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }
}
