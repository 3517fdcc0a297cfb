package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.facts;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.record.Sha256;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.key.VendingKey;

/** What a backup holds, what a module made from it does, and what is refused. */
class BackupTest {
    private static final char[] PASSPHRASE = "correct horse battery".toCharArray();
    private static final byte[] KEY = HexFormat.of().parseHex("00112233445566778899aabbccddeeff01234567");
    private static final byte[] GONE_KEY = HexFormat.of().parseHex("ff112233445566778899aabbccddeeff01234567");
    private static final byte[] COMPONENT = HexFormat.of().parseHex("0123456789abcdef0123456789abcdef01234567");
    private static final byte[] OTHER = HexFormat.of().parseHex("fedcba9876543210fedcba98765432100f1e2d3c");

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();
    private Path backup;
    private SoftwareSecurityModule module;

    @BeforeEach
    void openModule() throws Exception {
        backup = parent.resolve("module.backup");
        module = TestModules.open(parent.resolve("store"), clock.clock());
        module.importVendingKey(facts(400000, 1), KEY);
        module.importVendingKey(facts(400000, 2), GONE_KEY);
        module.custody().expire(name(2), "Ada", "moved");
    }

    @AfterEach
    void close() {
        module.close();
    }

    private static VendingKeyFacts facts(int supplyGroup, int revision) {
        return TestModules.facts(supplyGroup, revision, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
    }

    private static VendingKeyName name(int revision) {
        return new VendingKeyName(new SupplyGroupCode(400000), new KeyRevisionNumber(revision), KeyType.DUTK);
    }

    private static MeterKeyState meter() {
        return TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 400000, 1);
    }

    private static MeterKeyState otherMeter() {
        return TestModules.meter(TestModules.meter(7).pan().digits(), EncryptionAlgorithm.EA11, 400000, 1);
    }

    private static IssueCredit credit(String id, MeterKeyState meter, @Nullable Integer minutes) {
        TokenIdentifier tid = minutes == null ? null : new TokenIdentifier(minutes);
        return new IssueCredit(new MessageId(id), meter, CreditType.ELECTRICITY, new CreditAmount(256), tid);
    }

    private static int minutes(Instant time) {
        return TokenIdentifier.at(time, BaseDate.BASE_2014).minutes();
    }

    private RestoreReceipt restore(Path file, String directory, Duration ahead) throws Exception {
        return SoftwareSecurityModule.restore(
                file,
                PASSPHRASE,
                parent.resolve(directory),
                TestModules.keyFile(parent.resolve(directory)),
                "Grace",
                clock.clock(),
                ahead);
    }

    private SoftwareSecurityModule openRestored(String directory) throws Exception {
        return TestModules.open(parent.resolve(directory), clock.clock());
    }

    @Test
    void restored_hasKeysCeremoniesAndPolicy_underAnIdAndARecordOfItsOwn() throws Exception {
        KeyCeremony begun = module.custody().beginCeremony(facts(400001, 1), 2, null, "Ada");
        module.custody().enterComponent(begun.id(), "Ada", COMPONENT, checkValue(COMPONENT));
        module.custody().destroy(name(2), "Ada", "Grace", "no meter is left");
        IssuePolicy standard = IssuePolicy.standard();
        IssuePolicy policy = new IssuePolicy(standard.clients(), List.of(), null, Duration.ofHours(2));
        module.setPolicy(policy, "Ada");
        IssuedTokens before = module.issue(credit("before", meter(), TestModules.minute(1)));
        BackupReceipt receipt = module.custody().backup(backup, PASSPHRASE, "Ada");

        assertThat(receipt.moduleId()).isEqualTo(module.status().moduleId());
        assertThat(receipt.time()).isEqualTo(clock.instant());
        assertThat(receipt.sha256()).isEqualTo(HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(backup))));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");
        AuditAnchor anchor = new AuditAnchor(receipt.lastRecord(), receipt.chainHash());
        module.close();
        assertThat(AuditVerifier.verify(parent.resolve("store"), List.of(anchor))
                        .isIntact())
                .as("the record leads through the backup")
                .isTrue();

        clock.set(clock.instant().plus(Duration.ofMinutes(10)));
        RestoreReceipt restored = restore(backup, "restored", Duration.ZERO);
        assertThat(restored.backupOf()).isEqualTo(receipt.moduleId());
        assertThat(restored.lastRecord()).isEqualTo(receipt.lastRecord());
        assertThat(restored.chainHash()).isEqualTo(receipt.chainHash());
        assertThat(restored.identifiersAfter()).isEqualTo(clock.instant());
        assertThat(restored.vendingKeys()).isEqualTo(1);
        try (SoftwareSecurityModule other = openRestored("restored")) {
            assertThat(other.status().moduleId()).isEqualTo(restored.moduleId()).isNotEqualTo(receipt.moduleId());
            assertThat(other.policy()).isEqualTo(policy);
            assertThat(other.vendingKeys()).hasSize(2);
            assertThat(other.vendingKeys().get(1).destroyedAt()).isNotNull();
            assertThat(other.verify(meter(), before.tokens().getFirst())).isInstanceOf(TokenVerification.Valid.class);
            assertThat(other.status().issuedMessages()).isZero();
            KeyCeremony ended = other.custody().enterComponent(begun.id(), "Grace", OTHER, checkValue(OTHER));
            assertThat(ended.state()).isEqualTo(KeyCeremony.State.COMPLETE);
        }
        assertThat(AuditVerifier.verify(parent.resolve("restored")).isIntact()).isTrue();
    }

    private static String checkValue(byte[] component) {
        return VendingKey.of(component).checkValue();
    }

    @Test
    void restored_neverGivesAnIdentifierThatTheOtherMayHaveGiven() throws Exception {
        Instant made = clock.instant();
        int far = minutes(made.plus(Duration.ofDays(3)));
        module.issue(credit("far", otherMeter(), far));
        module.custody().backup(backup, PASSPHRASE, "Ada");
        clock.set(made.plus(Duration.ofHours(5)));
        IssueCredit lost = credit("lost", meter(), minutes(clock.instant()));
        module.issue(lost);
        module.close();

        clock.set(made.plus(Duration.ofHours(5)).plusSeconds(50));
        restore(backup, "restored", Duration.ZERO);
        try (SoftwareSecurityModule restored = openRestored("restored")) {
            assertThat(restored.find(lost.messageId())).isEmpty();
            assertRefused(
                    Kind.TID_NOT_RISING,
                    () -> restored.issue(lost),
                    "may have been issued by the module of whose backup",
                    "find out whether there is a token");
            assertRefused(
                    Kind.TID_NOT_RISING,
                    () -> restored.issue(credit("again", otherMeter(), far)),
                    "the last one issued");
            int next =
                    restored.issue(credit("chosen", meter(), null)).key().tid().minutes();
            assertThat(next).isGreaterThan(minutes(clock.instant()));
            assertThat(restored.issue(credit("chosen-2", otherMeter(), null))
                            .key()
                            .tid()
                            .minutes())
                    .isGreaterThan(far);
            clock.set(clock.instant().plus(Duration.ofMinutes(10)));
            assertThat(restored.issue(credit("later", meter(), minutes(clock.instant())))
                            .tokens())
                    .hasSize(1);
        }
        try (SoftwareSecurityModule restored = openRestored("restored")) {
            assertRefused(Kind.TID_NOT_RISING, () -> restored.issue(lost), "may have been issued");
        }
    }

    @Test
    void restored_ahead_leavesOutWhatTheOtherMayHaveGivenAheadOfItsClock() throws Exception {
        module.custody().backup(backup, PASSPHRASE, "Ada");
        RestoreReceipt receipt = restore(backup, "restored", Duration.ofDays(2));
        assertThat(receipt.identifiersAfter()).isEqualTo(clock.instant().plus(2, ChronoUnit.DAYS));
        try (SoftwareSecurityModule restored = openRestored("restored")) {
            int floor = minutes(receipt.identifiersAfter());
            assertRefused(
                    Kind.TID_NOT_RISING, () -> restored.issue(credit("a", meter(), floor)), "may have been issued");
            assertThat(restored.issue(credit("b", meter(), floor + 1)).tokens()).hasSize(1);
        }
        assertRefused(
                Kind.NOT_PERMITTED, () -> restore(backup, "other", Duration.ofDays(367)), "outside PT0S..PT8784H");
        assertRefused(Kind.NOT_PERMITTED, () -> restore(backup, "other", Duration.ofSeconds(-1)), "outside");
    }

    @Test
    void restored_countsTheLimitsOn() throws Exception {
        IssuePolicy standard = IssuePolicy.standard();
        IssueLimit limit = new IssueLimit(null, TokenKind.CREDIT, 1_000, LimitPeriod.DAY, 600, IssueLimit.UNLIMITED);
        module.setPolicy(new IssuePolicy(standard.clients(), List.of(limit), null, standard.maxAhead()), "Ada");
        module.issue(credit("one", meter(), TestModules.minute(1)));
        module.custody().backup(backup, PASSPHRASE, "Ada");
        restore(backup, "restored", Duration.ZERO);
        try (SoftwareSecurityModule restored = openRestored("restored")) {
            restored.issue(credit("two", meter(), TestModules.minute(2)));
            assertRefused(
                    Kind.LIMIT_REACHED,
                    () -> restored.issue(credit("three", meter(), TestModules.minute(3))),
                    "on top of the 512");
        }
    }

    @Test
    void backupOfARestoredModule_keepsItsFloor() throws Exception {
        module.custody().backup(backup, PASSPHRASE, "Ada");
        restore(backup, "restored", Duration.ofDays(5));
        try (SoftwareSecurityModule restored = openRestored("restored")) {
            restored.custody().backup(parent.resolve("second"), PASSPHRASE, "Ada");
        }
        restore(parent.resolve("second"), "again", Duration.ZERO);
        try (SoftwareSecurityModule again = openRestored("again")) {
            int floor = minutes(clock.instant().plus(5, ChronoUnit.DAYS));
            assertRefused(Kind.TID_NOT_RISING, () -> again.issue(credit("a", meter(), floor)), "may have been");
        }
    }

    @Test
    void olderFilesPutIntoARestoredStore_areRefused() throws Exception {
        module.custody().backup(backup, PASSPHRASE, "Ada");
        restore(backup, "restored", Duration.ZERO);
        Path keys = parent.resolve("restored").resolve("vending-keys.json");
        byte[] first = Files.readAllBytes(keys);
        try (SoftwareSecurityModule restored = openRestored("restored")) {
            restored.custody().destroy(name(1), "Ada", "Grace", "compromised");
        }
        Files.write(keys, first);
        assertRefused(Kind.CORRUPT, () -> openRestored("restored").close(), "another version");
        Files.copy(parent.resolve("store").resolve("vending-keys.json"), keys, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> openRestored("restored").close()).isInstanceOf(SecurityModuleException.class);
    }

    @Test
    void backup_ofWhatCannotBe_isRefused() throws Exception {
        KeyCustody custody = module.custody();
        assertRefused(
                Kind.NOT_PERMITTED, () -> custody.backup(backup, "short".toCharArray(), "Ada"), "shorter than 12");
        assertRefused(Kind.NOT_PERMITTED, () -> custody.backup(backup, PASSPHRASE, " "), "1 to 64");
        assertRefused(
                Kind.UNAVAILABLE, () -> custody.backup(parent.resolve("no/such"), PASSPHRASE, "Ada"), "directory");
        assertThat(backup).doesNotExist();
        custody.backup(backup, PASSPHRASE, "Ada");
        byte[] written = Files.readAllBytes(backup);
        assertRefused(Kind.NOT_PERMITTED, () -> custody.backup(backup, PASSPHRASE, "Ada"), "overwrites nothing");
        assertThat(backup).hasBinaryContent(written);
        assertThat(parent.resolve("module.backup.new")).doesNotExist();
        module.close();
        assertRefused(Kind.UNAVAILABLE, () -> custody.backup(parent.resolve("b"), PASSPHRASE, "Ada"), "closed");
    }

    @Test
    void backup_showsNeitherKeysNorTheirNames() throws Exception {
        module.custody().backup(backup, PASSPHRASE, "Ada");
        String text = new String(Files.readAllBytes(backup), StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain("400000", "supplyGroup", new String(KEY, StandardCharsets.ISO_8859_1));
        assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain(HexFormat.of().formatHex(KEY));
    }

    @Test
    void restore_wrongPassphrase_orIntoSomething_writesNothing() throws Exception {
        module.custody().backup(backup, PASSPHRASE, "Ada");
        Path target = parent.resolve("restored");
        KeyEncryptionKeySource source = TestModules.keyFile(target);
        assertRefused(
                Kind.ACCESS_DENIED,
                () -> SoftwareSecurityModule.restore(
                        backup, "correct horse batterie".toCharArray(), target, source, "Grace"),
                "does not open");
        assertRefused(
                Kind.NOT_PERMITTED,
                () -> SoftwareSecurityModule.restore(
                        backup, PASSPHRASE, target, KeyEncryptionKeySource.passphrase("short".toCharArray()), "Grace"),
                "shorter than 12");
        assertRefused(Kind.UNAVAILABLE, () -> restore(parent.resolve("none"), "restored", Duration.ZERO), "NoSuchFile");
        assertThat(target).doesNotExist();
        assertRefused(Kind.NOT_PERMITTED, () -> restore(backup, "store", Duration.ZERO), "not an empty directory");
        assertRefused(
                Kind.NOT_PERMITTED, () -> restore(backup, "module.backup", Duration.ZERO), "not an empty directory");
        clock.set(clock.instant().minusSeconds(1));
        assertRefused(Kind.NOT_PERMITTED, () -> restore(backup, "restored", Duration.ZERO), "set the clock right");
        clock.set(clock.instant().plusSeconds(1));
        assertThat(target).doesNotExist();
        assertThat(names(parent)).noneMatch(name -> name.contains("restoring"));
        Files.createDirectory(target);
        restore(backup, "restored", Duration.ZERO);
        openRestored("restored").close();
    }

    @Test
    void restore_sweepsWhatAnAttemptLeftThatDidNotEnd() throws Exception {
        module.custody().backup(backup, PASSPHRASE, "Ada");
        Path unfinished = parent.resolve(".restored.restoring");
        StoreCopies.copy(parent.resolve("store"), unfinished);
        Files.delete(unfinished.resolve("vending-keys.json"));
        restore(backup, "restored", Duration.ZERO);
        assertThat(unfinished).doesNotExist();
        openRestored("restored").close();
    }

    /** With a cheap sample of the places, since each within the head costs an Argon2id. */
    @Test
    void restore_ofAFileCutOrEdited_isRefused_andWritesNothing() throws Exception {
        module.custody().backup(backup, PASSPHRASE, "Ada");
        byte[] whole = Files.readAllBytes(backup);
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        List<byte[]> broken = new ArrayList<>();
        for (int length : List.of(0, 1, 16, 17, 20, 21, 200, whole.length - 1, whole.length - 16)) {
            broken.add(Arrays.copyOf(whole, length));
        }
        broken.add(Arrays.copyOf(whole, whole.length + 1));
        int samples = Boolean.getBoolean("metermint.full") ? 2_000 : 26;
        for (int i = 0; i < samples; i++) {
            byte[] edited = whole.clone();
            edited[i < 21 ? i : random.nextInt(edited.length)] ^= (byte) (1 << random.nextInt(8));
            broken.add(edited);
        }
        Path file = parent.resolve("broken");
        for (byte[] octets : broken) {
            Files.write(file, octets);
            assertThatThrownBy(() -> restore(file, "restored", Duration.ZERO))
                    .as("seed %d", seed)
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isIn(Kind.CORRUPT, Kind.ACCESS_DENIED, Kind.NEWER_FORMAT))
                    .hasMessageMatching("(?s).*(broken|keyEncryption\\.parameters).*");
        }
        assertThat(parent.resolve("restored")).doesNotExist();
    }

    private static List<String> names(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void assertRefused(Kind kind, ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContainingAll(parts);
    }
}
