package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.secure.TestModules.facts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/** Somebody with the disk of a module puts older copies of its files back, or a crash leaves it between two versions. */
class OlderCopyTest {
    private static final String KEYS = "vending-keys.json";
    private static final String POLICY = "policy.json";
    /** The octets of a segment of the record before its first frame. */
    private static final int SEGMENT_HEADER = 236;

    private static final byte[] KEY = HexFormat.of().parseHex("00112233445566778899aabbccddeeff01234567");
    private static final byte[] OTHER_KEY = HexFormat.of().parseHex("ff112233445566778899aabbccddeeff01234567");
    private static final VendingKeyFacts FACTS =
            facts(400000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
    private static final VendingKeyName NAME =
            new VendingKeyName(new SupplyGroupCode(400000), new KeyRevisionNumber(1), KeyType.DUTK);

    @TempDir
    Path parent;

    private Path directory;

    /** What becomes of a store: a version of one file follows another. */
    enum Change {
        IMPORT(KEYS) {
            @Override
            void make(SoftwareSecurityModule module, KeyEncryptionKeySource next) throws SecurityModuleException {
                module.importVendingKey(
                        facts(400000, 2, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04), OTHER_KEY);
            }
        },
        EXPIRE(KEYS) {
            @Override
            void make(SoftwareSecurityModule module, KeyEncryptionKeySource next) throws SecurityModuleException {
                module.custody().expire(NAME, "Ada", "lost sheet");
            }
        },
        DESTROY(KEYS) {
            @Override
            void make(SoftwareSecurityModule module, KeyEncryptionKeySource next) throws SecurityModuleException {
                module.custody().destroy(NAME, "Ada", "Grace", "supply group dissolved");
            }
        },
        CEREMONY(KEYS) {
            @Override
            void make(SoftwareSecurityModule module, KeyEncryptionKeySource next) throws SecurityModuleException {
                module.custody()
                        .beginCeremony(
                                facts(400000, 3, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04),
                                2,
                                null,
                                "Ada");
            }
        },
        ROTATE(KEYS) {
            @Override
            void make(SoftwareSecurityModule module, KeyEncryptionKeySource next) throws SecurityModuleException {
                module.custody().rotateKeyEncryptionKey(next, "Ada");
            }
        },
        SET_POLICY(POLICY) {
            @Override
            void make(SoftwareSecurityModule module, KeyEncryptionKeySource next) throws SecurityModuleException {
                module.setPolicy(ahead(Duration.ofHours(2)), "Ada");
            }
        };

        final String file;

        Change(String file) {
            this.file = file;
        }

        abstract void make(SoftwareSecurityModule module, KeyEncryptionKeySource next) throws SecurityModuleException;
    }

    private static IssuePolicy ahead(Duration time) {
        IssuePolicy standard = IssuePolicy.standard();
        return new IssuePolicy(standard.clients(), standard.limits(), standard.inhibitFrom(), time);
    }

    @BeforeEach
    void createStore() throws Exception {
        directory = parent.resolve("store");
        try (SoftwareSecurityModule module = open(directory)) {
            module.importVendingKey(FACTS, KEY);
            module.setPolicy(ahead(Duration.ofHours(1)), "Ada");
            assertThat(module.issue(credit("first", 1)).tokens()).hasSize(1);
        }
    }

    private static IssueCredit credit(String id, int afterNow) {
        MeterKeyState meter = TestModules.meter("600727000000000009", EncryptionAlgorithm.EA11, 400000, 1);
        return TestModules.credit(new MessageId(id), meter, TestModules.minute(afterNow));
    }

    private KeyEncryptionKeySource source(String name) throws Exception {
        return TestModules.keyFile(parent.resolve(name));
    }

    private SoftwareSecurityModule open(Path store) throws Exception {
        return open(store, source("store"));
    }

    private static SoftwareSecurityModule open(Path store, KeyEncryptionKeySource source) throws Exception {
        return SoftwareSecurityModule.open(store, source, new TestModules.TestClock().clock(), TestModules.RND_5);
    }

    /** Copies of the store from before and after a change. */
    private record Copies(Path before, Path after) {}

    private Copies change(Change change) throws Exception {
        Copies copies = new Copies(parent.resolve("before"), parent.resolve("after"));
        StoreCopies.copy(directory, copies.before);
        try (SoftwareSecurityModule module = open(directory)) {
            change.make(module, source("next"));
        }
        StoreCopies.copy(directory, copies.after);
        return copies;
    }

    /** What tells whether a store is as it was before a change or after it. */
    private static List<String> state(SoftwareSecurityModule module) throws SecurityModuleException {
        return List.of(
                module.vendingKeys().toString(),
                module.custody().ceremonies().toString(),
                module.policy().toString());
    }

    private List<String> stateOf(Path store, String source) throws Exception {
        Path copy = parent.resolve("looked-at");
        StoreCopies.copy(store, copy);
        try (SoftwareSecurityModule module = open(copy, source(source))) {
            return state(module);
        }
    }

    private static String sourceAfter(Change change) {
        return change == Change.ROTATE ? "next" : "store";
    }

    private static void assertRefused(Kind kind, Path store, KeyEncryptionKeySource source, String... parts) {
        assertThatThrownBy(() -> open(store, source).close())
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContainingAll(parts);
    }

    @ParameterizedTest
    @EnumSource
    void olderVersion_isRefused_andTheOneOfTheRecordOpensAgain(Change change) throws Exception {
        Copies copies = change(change);
        Files.copy(
                copies.before.resolve(change.file),
                directory.resolve(change.file),
                StandardCopyOption.REPLACE_EXISTING);
        for (int attempt = 0; attempt < 2; attempt++) {
            assertRefused(
                    Kind.CORRUPT, directory, source("store"), change.file, "another version", "Bring back", "backup");
        }
        Files.copy(
                copies.after.resolve(change.file), directory.resolve(change.file), StandardCopyOption.REPLACE_EXISTING);
        try (SoftwareSecurityModule module = open(directory, source(sourceAfter(change)))) {
            assertThat(state(module)).isEqualTo(stateOf(copies.after, sourceAfter(change)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {KEYS, POLICY})
    void fileTakenAway_isRefused(String file) throws Exception {
        Files.delete(directory.resolve(file));
        assertRefused(Kind.CORRUPT, directory, source("store"), file, "missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {KEYS, POLICY})
    void versionOfTheFuture_beforeItIsRecorded_isNoWayAround(String file) throws Exception {
        Change change = file.equals(KEYS) ? Change.EXPIRE : Change.SET_POLICY;
        Copies copies = change(change);
        try (SoftwareSecurityModule module = open(directory)) {
            (change == Change.EXPIRE ? Change.IMPORT : Change.SET_POLICY).make(module, source("next"));
            module.setPolicy(ahead(Duration.ofHours(3)), "Grace");
        }
        Files.copy(copies.before.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(copies.after.resolve(file), directory.resolve(file + ".new"));
        assertRefused(Kind.CORRUPT, directory, source("store"), file, "another version");
    }

    @ParameterizedTest
    @EnumSource
    void crashBeforeTheEvent_leavesTheOldVersion(Change change) throws Exception {
        Copies copies = change(change);
        StoreCopies.copy(copies.before, directory);
        Files.copy(copies.after.resolve(change.file), directory.resolve(change.file + ".new"));
        List<String> before = stateOf(copies.before, "store");
        if (change == Change.ROTATE) {
            assertRefused(Kind.ACCESS_DENIED, directory, source("next"), "interrupted", "give the other");
            assertThat(directory.resolve(KEYS + ".new")).doesNotExist();
        }
        for (int life = 0; life < 2; life++) {
            try (SoftwareSecurityModule module = open(directory)) {
                assertThat(state(module)).isEqualTo(before);
            }
        }
        try (SoftwareSecurityModule module = open(directory)) {
            change.make(module, source("next")); // as if it had never been tried
        }
    }

    @ParameterizedTest
    @EnumSource
    void crashAfterTheEvent_leavesTheNewVersion(Change change) throws Exception {
        Copies copies = change(change);
        Files.move(directory.resolve(change.file), directory.resolve(change.file + ".new"));
        Files.copy(copies.before.resolve(change.file), directory.resolve(change.file));
        List<String> after = stateOf(copies.after, sourceAfter(change));
        for (int life = 0; life < 2; life++) {
            try (SoftwareSecurityModule module = open(directory, source(sourceAfter(change)))) {
                assertThat(state(module)).isEqualTo(after);
            }
            assertThat(directory.resolve(change.file + ".new")).doesNotExist();
        }
        assertThat(directory.resolve(change.file)).hasSameBinaryContentAs(copies.after.resolve(change.file));
    }

    @Test
    void crashAfterTheEventOfARotation_theOldSourceFinishesItAndIsRefused() throws Exception {
        Copies copies = change(Change.ROTATE);
        Files.move(directory.resolve(KEYS), directory.resolve(KEYS + ".new"));
        Files.copy(copies.before.resolve(KEYS), directory.resolve(KEYS));
        assertRefused(Kind.ACCESS_DENIED, directory, source("store"), "interrupted", "give the other");
        open(directory, source("next")).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {KEYS, POLICY})
    void tornNewVersion_isLeftAside(String file) throws Exception {
        byte[] whole = Files.readAllBytes(directory.resolve(file));
        List<String> state = stateOf(directory, "store");
        for (int length = 0; length < whole.length; length += 97) {
            Files.write(directory.resolve(file + ".new"), Arrays.copyOf(whole, length));
            try (SoftwareSecurityModule module = open(directory)) {
                assertThat(state(module)).isEqualTo(state);
            }
            assertThat(directory.resolve(file + ".new")).doesNotExist();
        }
    }

    @Test
    void storeWhoseRecordNamesNoVersion_isTakenAsItIs_andKnownFromThenOn() throws Exception {
        Path empty = parent.resolve("empty");
        try (SoftwareSecurityModule module = open(empty, source("empty"))) {
            assertThat(module.vendingKeys()).isEmpty();
        }
        Path segment = empty.resolve("record").resolve("segment-00000001");
        byte[] record = Files.readAllBytes(segment);
        try (SoftwareSecurityModule module = open(empty, source("empty"))) {
            module.importVendingKey(FACTS, KEY);
            module.setPolicy(ahead(Duration.ofHours(1)), "Ada");
        }
        byte[] old = Files.readAllBytes(empty.resolve(KEYS));
        Files.write(segment, Arrays.copyOf(record, SEGMENT_HEADER)); // a record without any event
        try (SoftwareSecurityModule module = open(empty, source("empty"))) {
            assertThat(module.vendingKeys()).hasSize(1);
            assertThat(module.policy()).isEqualTo(ahead(Duration.ofHours(1)));
            Change.EXPIRE.make(module, source("next"));
        }
        Files.write(empty.resolve(KEYS), old);
        assertRefused(Kind.CORRUPT, empty, source("empty"), KEYS, "another version");
    }

    /** What the module alone cannot notice, and what does: a chain hash that somebody keeps outside. */
    @Test
    void wholeDirectoryPutBack_opens_andAnAnchorNoticesIt() throws Exception {
        Copies copies = change(Change.DESTROY);
        BackupReceipt receipt;
        try (SoftwareSecurityModule module = open(directory)) {
            receipt = module.custody().backup(parent.resolve("backup"), "correct horse battery".toCharArray(), "Ada");
        }
        AuditAnchor anchor = new AuditAnchor(receipt.lastRecord(), receipt.chainHash());
        assertThat(AuditVerifier.verify(directory, List.of(anchor)).isIntact()).isTrue();
        StoreCopies.copy(copies.before, directory);
        assertThat(AuditVerifier.verify(directory).isIntact()).isTrue();
        assertThat(AuditVerifier.verify(directory, List.of(anchor)).isIntact()).isFalse();
        try (SoftwareSecurityModule module = open(directory)) {
            for (int i = 2; i < 20; i++) {
                assertThat(module.issue(credit("more-" + i, i)).tokens()).hasSize(1);
            }
        }
        assertThat(AuditVerifier.verify(directory).isIntact()).isTrue();
        assertThat(AuditVerifier.verify(directory, List.of(anchor)).isIntact())
                .as("also when the record is as long again")
                .isFalse();
    }
}
