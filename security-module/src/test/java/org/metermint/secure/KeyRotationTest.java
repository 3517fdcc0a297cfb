package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.KeyType;

/** A store put under another key-encryption key, beside everything else that goes on. */
class KeyRotationTest {
    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();

    private KeyEncryptionKeySource keyFile(String name) throws Exception {
        Path file = parent.resolve(name);
        if (!Files.exists(file)) {
            KeyEncryptionKeySource.createKeyFile(file);
        }
        return KeyEncryptionKeySource.keyFile(file);
    }

    private SoftwareSecurityModule open(KeyEncryptionKeySource source) throws SecurityModuleException {
        return SoftwareSecurityModule.open(parent.resolve("store"), source, clock.clock(), TestModules.RND_5);
    }

    @Test
    void rotate_afterwardsOnlyTheNewOneOpens_andAllIsThere() throws Exception {
        IssuedTokens issued;
        IssueCredit request = TestModules.credit(new MessageId("one"), TestModules.meter(), TestModules.minute(1));
        try (SoftwareSecurityModule module = open(keyFile("old"))) {
            module.loadTestOnlyVendingKeys();
            issued = module.issue(request);
            module.custody().rotateKeyEncryptionKey(keyFile("new"), "Ada");
            module.issue(TestModules.credit(new MessageId("two"), TestModules.meter(), TestModules.minute(2)));
        }
        assertThatThrownBy(() -> open(keyFile("old")))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ACCESS_DENIED));
        try (SoftwareSecurityModule module = open(keyFile("new"))) {
            assertThat(module.issue(request)).isEqualTo(issued);
            assertThat(module.vendingKeys()).hasSize(15);
            module.importVendingKey(
                    TestModules.facts(400000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04),
                    new byte[20]);
        }
        try (SoftwareSecurityModule module = open(keyFile("new"))) {
            assertThat(module.vendingKeys()).hasSize(16);
        }
    }

    @Test
    void rotate_toAPassphraseAndBack() throws Exception {
        KeyEncryptionKeySource passphrase = KeyEncryptionKeySource.passphrase("correct horse battery".toCharArray());
        try (SoftwareSecurityModule module = open(keyFile("old"))) {
            module.custody().rotateKeyEncryptionKey(passphrase, "Ada");
        }
        try (SoftwareSecurityModule module = open(passphrase)) {
            module.custody().rotateKeyEncryptionKey(keyFile("old"), "Ada");
            KeyEncryptionKeySource tooShort = KeyEncryptionKeySource.passphrase("short".toCharArray());
            assertThatThrownBy(() -> module.custody().rotateKeyEncryptionKey(tooShort, "Ada"))
                    .hasMessageContaining("shorter than 12");
        }
        open(keyFile("old")).close();
    }

    @Test
    void rotate_whileOthersIssue_losesNothing() throws Exception {
        AtomicBoolean rotated = new AtomicBoolean();
        List<IssuedTokens> issued = new ArrayList<>();
        try (SoftwareSecurityModule module = open(keyFile("kek0"));
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            module.loadTestOnlyVendingKeys();
            List<Future<List<IssuedTokens>>> issuers = IntStream.range(0, 3)
                    .mapToObj(thread -> threads.submit(() -> issueUntil(rotated, module, thread)))
                    .toList();
            for (int i = 1; i <= 20; i++) {
                module.custody().rotateKeyEncryptionKey(keyFile("kek" + i), "Ada");
            }
            rotated.set(true);
            for (Future<List<IssuedTokens>> issuer : issuers) {
                issued.addAll(issuer.get());
            }
        }
        assertThat(issued).hasSizeGreaterThan(20);
        try (SoftwareSecurityModule module = open(keyFile("kek20"))) {
            for (IssuedTokens tokens : issued) {
                assertThat(module.find(tokens.messageId())).contains(tokens);
            }
        }
    }

    private static List<IssuedTokens> issueUntil(AtomicBoolean end, SoftwareSecurityModule module, int thread)
            throws SecurityModuleException {
        List<IssuedTokens> issued = new ArrayList<>();
        for (int i = 0; !end.get() || i < 10; i++) {
            MessageId id = new MessageId("t" + thread + "-" + i);
            MeterKeyState meter = TestModules.meter(thread * 1000 + i % 1000);
            issued.add(module.issue(new IssueCredit(id, meter, CreditType.ELECTRICITY, new CreditAmount(256), null)));
        }
        return issued;
    }
}
