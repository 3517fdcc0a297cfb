package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.network.wire.TokenApi;

/** Whom a client takes for its module: nobody else learns the password. */
@Timeout(120)
class ModuleTrustTest {
    private static final char[] NO_PASSWORD = "changeit".toCharArray();

    @TempDir
    Path directory;

    private ServerFixture fixture;
    private MisbehavingModule module;

    @BeforeEach
    void start() throws Exception {
        fixture = new ServerFixture(directory);
        module = new MisbehavingModule(fixture.certificate(), fixture.address());
    }

    @AfterEach
    void stop() throws Exception {
        module.close();
        fixture.close();
    }

    private NetworkSecurityModule client(String host, ModuleTrust trust) {
        return NetworkSecurityModule.open(
                NetworkModuleSettings.standard(host, module.port()),
                new ModuleUser(ServerFixture.ADMIN, ServerFixture.PASSWORD.toCharArray()),
                trust,
                fixture.clock.clock());
    }

    private void assertTrusted(String host, ModuleTrust trust) throws Exception {
        try (NetworkSecurityModule client = client(host, trust)) {
            assertThat(client.vendingKeys()).isNotEmpty();
        }
    }

    /** Not a call goes out: least of all the one with the password. */
    private void assertRefused(String host, ModuleTrust trust) throws Exception {
        int before = module.calls(TokenApi.SIGN_IN_WITH_PASSWORD);
        try (NetworkSecurityModule client = client(host, trust)) {
            assertThatThrownBy(client::vendingKeys)
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                    .hasStackTraceContaining(SSLHandshakeException.class.getName());
        }
        assertThat(module.calls(TokenApi.SIGN_IN_WITH_PASSWORD)).isEqualTo(before);
    }

    /** A trust store with the certificate of a PKCS#12 file. */
    private Path store(Path pkcs12) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("module", Clients.certificate(pkcs12));
        Path file = directory.resolve(pkcs12.getFileName() + ".trust");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, NO_PASSWORD);
        }
        return file;
    }

    @Test
    void pinnedCertificate_isTrusted_whateverTheHostIsCalled() throws Exception {
        String pin = Clients.fingerprint(fixture.certificate());
        assertTrusted("localhost", ModuleTrust.ofPins(List.of(pin)));
        assertTrusted("127.0.0.2", ModuleTrust.ofPins(List.of(pin)));
        String colons = pin.toLowerCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:");
        assertTrusted("localhost", ModuleTrust.ofPins(List.of("00".repeat(32), colons)));
    }

    @Test
    void otherCertificateThanThePinnedOne_isRefused_andItsFingerprintTold() throws Exception {
        ModuleTrust other = ModuleTrust.ofPins(List.of(Clients.fingerprint(Certificates.other())));
        assertRefused("localhost", other);
        try (NetworkSecurityModule client = client("localhost", other)) {
            assertThat(client.status().alerts().toString()).contains("is not the pinned one");
        }
    }

    @Test
    void certificateOfTheTrustStore_isTrusted_underItsNameOnly() throws Exception {
        ModuleTrust trust = ModuleTrust.ofStore(store(fixture.certificate()), NO_PASSWORD);
        assertTrusted("localhost", trust);
        assertRefused("127.0.0.2", trust); // it is made out to localhost and 127.0.0.1
    }

    @Test
    void certificateThatIsNotInTheTrustStore_isRefused() throws Exception {
        assertRefused("localhost", ModuleTrust.ofStore(store(Certificates.other()), NO_PASSWORD));
    }

    @Test
    void storeAndPin_mustBothHold() throws Exception {
        Path good = store(fixture.certificate());
        String pin = Clients.fingerprint(fixture.certificate());
        String wrong = Clients.fingerprint(Certificates.other());
        assertRefused("localhost", ModuleTrust.ofStoreAndPins(good, NO_PASSWORD, List.of(wrong)));
        assertRefused("localhost", ModuleTrust.ofStoreAndPins(store(Certificates.other()), NO_PASSWORD, List.of(pin)));
        assertTrusted("localhost", ModuleTrust.ofStoreAndPins(good, NO_PASSWORD, List.of(pin)));
    }

    @Test
    void pinThatIsNone_andEmptyTrust_areRefusedAtOnce() throws Exception {
        assertThatThrownBy(() -> ModuleTrust.ofPins(List.of("abc"))).message().contains("64 hexadecimal digits");
        assertThatThrownBy(() -> ModuleTrust.ofPins(List.of())).isInstanceOf(IllegalArgumentException.class);
        Path none = directory.resolve("empty.p12");
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        try (OutputStream out = Files.newOutputStream(none)) {
            empty.store(out, NO_PASSWORD);
        }
        assertThatThrownBy(() -> ModuleTrust.ofStore(none, NO_PASSWORD)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void realServer_andHost_areNamedInErrors() throws Exception {
        InetSocketAddress gone = fixture.address();
        fixture.server.close();
        try (NetworkSecurityModule client = NetworkSecurityModule.open(
                NetworkModuleSettings.standard("no-such-host.invalid", gone.getPort()),
                new ModuleUser("u", new char[0]),
                Clients.trust(),
                fixture.clock.clock())) {
            assertThatThrownBy(client::vendingKeys).message().contains("no-such-host.invalid");
        }
    }
}
