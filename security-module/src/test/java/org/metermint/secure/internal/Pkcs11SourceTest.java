package org.metermint.secure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TestModules;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.secure.pkcs11.SoftHsm;

/** Against SoftHSM. */
class Pkcs11SourceTest {
    @TempDir
    Path directory;

    private SoftHsm hsm;

    @BeforeEach
    void createTokens() throws Exception {
        hsm = SoftHsm.create(directory.resolve("hsm"), "one", "two");
    }

    @Test
    void key_ofTheSameSalt_isTheSameInEverySession() throws Exception {
        byte[] key;
        Map<String, String> parameters;
        try (Pkcs11Token token = hsm.open("one")) {
            Pkcs11Source source = new Pkcs11Source(token, "kek");
            parameters = source.newParameters();
            key = source.key(parameters);
            assertThat(source.newParameters()).as("another salt").isNotEqualTo(parameters);
            assertThat(source.key(source.newParameters())).isNotEqualTo(key);
            assertThat(source).hasToString("key kek of PKCS#11 token \"one\"");
        }
        try (Pkcs11Token token = hsm.open("one")) {
            assertThat(new Pkcs11Source(token, "kek").key(parameters))
                    .hasSize(KeyEncryptionKeySource.KEY_OCTETS)
                    .isEqualTo(key);
        }
    }

    @Test
    void store_underAToken_opensWithThatTokenAndNoOther() throws Exception {
        Path store = directory.resolve("store");
        VendingKeyInfo first;
        try (Pkcs11Token token = hsm.open("one");
                SoftwareSecurityModule module = open(store, token, "kek")) {
            first = module.loadTestOnlyVendingKeys().getFirst();
        }
        assertThat(Files.readString(store.resolve(KeyRing.KEYS))).contains("PKCS#11 token", "\"kek\"");
        try (Pkcs11Token token = hsm.open("one");
                SoftwareSecurityModule module = open(store, token, "kek")) {
            assertThat(module.vendingKeys()).contains(first);
        }
        try (Pkcs11Token token = hsm.open("two")) {
            assertFails(Kind.ACCESS_DENIED, "holds no key labelled kek", () -> open(store, token, "kek"));
            token.storeRandom("kek");
            assertFails(Kind.ACCESS_DENIED, "does not open", () -> open(store, token, "kek"));
        }
        try (Pkcs11Token token = hsm.open("one")) {
            assertFails(Kind.ACCESS_DENIED, "give the label \"kek\"", () -> open(store, token, "other"));
            assertThat(token.contains("other"))
                    .as("a key of a store that exists")
                    .isFalse();
            assertFails(
                    Kind.ACCESS_DENIED,
                    "give the PKCS#11 token",
                    () -> TestModules.open(store, new TestModules.TestClock().clock()));
        }
    }

    @Test
    void key_editedParameters_areRefused() throws Exception {
        try (Pkcs11Token token = hsm.open("one")) {
            Pkcs11Source source = new Pkcs11Source(token, "kek");
            Map<String, String> parameters = new HashMap<>(source.newParameters());
            parameters.put("salt", "00");
            assertFails(Kind.CORRUPT, "salt", () -> source.key(parameters));
            parameters.put("salt", "no hexadecimal digits");
            assertFails(Kind.CORRUPT, "salt", () -> source.key(parameters));
            parameters.remove("keyLabel");
            assertFails(Kind.ACCESS_DENIED, "give the label", () -> source.key(parameters));
        }
    }

    @Test
    void key_tokenTakenAway_isUnavailableAndTheOpenModuleGoesOn() throws Exception {
        Path store = directory.resolve("store");
        Pkcs11Token token = hsm.open("one");
        try (SoftwareSecurityModule module = open(store, token, "kek")) {
            module.loadTestOnlyVendingKeys();
            token.close();
            assertThat(module.vendingKeys()).isNotEmpty();
        }
        assertFails(Kind.UNAVAILABLE, "is closed", () -> open(store, token, "kek"));
    }

    private static SoftwareSecurityModule open(Path store, Pkcs11Token token, String label)
            throws SecurityModuleException {
        return SoftwareSecurityModule.open(
                store,
                KeyEncryptionKeySource.pkcs11(token, label),
                new TestModules.TestClock().clock(),
                TestModules.RND_5);
    }

    private static void assertFails(Kind kind, String message, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }
}
