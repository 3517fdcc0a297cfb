package org.metermint.secure.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.MessageId;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TestModules;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyType;
import org.metermint.token.cipher.Ea07Tables;

/** Where a vending key is while a module issues under it: in the token, and in no object of this process. */
class HeapTest {
    private static final VendingKeyFacts FACTS =
            TestModules.facts(201457, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();

    @Test
    void heap_ofAModuleOnAToken_holdsNoVendingKey() throws Exception {
        SoftHsm hsm = SoftHsm.create(directory.resolve("hsm"), "vending");
        Path store = directory.resolve("store");
        try (Pkcs11Token token = hsm.open("vending");
                SoftwareSecurityModule module = SoftwareSecurityModule.openOnToken(
                        store,
                        KeyEncryptionKeySource.pkcs11(token, "kek"),
                        new TestModules.TestClock().clock(),
                        TestModules.RND_5,
                        Ea07Tables.sample(),
                        RecordSettings.STANDARD,
                        token)) {
            importKey(module);
            assertThat(holdsKey(dumpHeap("on-token"))).as("seed %d", seed).isFalse();
        }
    }

    /** Shows that the search above would find a key. */
    @Test
    void heap_ofAModuleInSoftware_holdsTheVendingKey() throws Exception {
        Path store = directory.resolve("store");
        try (SoftwareSecurityModule module = SoftwareSecurityModule.open(
                store, TestModules.keyFile(store), new TestModules.TestClock().clock(), TestModules.RND_5)) {
            importKey(module);
            assertThat(holdsKey(dumpHeap("in-software"))).as("seed %d", seed).isTrue();
        }
    }

    private void importKey(SoftwareSecurityModule module) throws Exception {
        byte[] key = key();
        module.importVendingKey(FACTS, key);
        Arrays.fill(key, (byte) 0);
        module.issue(TestModules.credit(new MessageId("one"), TestModules.meter(), TestModules.minute(1)));
    }

    private Path dumpHeap(String name) throws IOException {
        Path dump = directory.resolve(name + ".hprof");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), true);
        return dump;
    }

    private boolean holdsKey(Path dump) throws IOException {
        String text = new String(Files.readAllBytes(dump), StandardCharsets.ISO_8859_1);
        return text.contains(new String(key(), StandardCharsets.ISO_8859_1));
    }

    /** The same key each time, so that none need be kept. */
    private byte[] key() {
        byte[] key = new byte[20];
        new Random(seed).nextBytes(key);
        return key;
    }
}
