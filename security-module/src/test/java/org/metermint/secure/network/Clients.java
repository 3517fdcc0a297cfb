package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.metermint.secure.TestModules;

/** Clients of the tests' servers. */
final class Clients {
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private Clients() {}

    static NetworkModuleSettings settings(int port) {
        return NetworkModuleSettings.standard("localhost", port).withTimeout(TIMEOUT);
    }

    static NetworkSecurityModule of(ServerFixture fixture, String user) throws Exception {
        return of(fixture.address().getPort(), user, ServerFixture.PASSWORD, TIMEOUT);
    }

    static NetworkSecurityModule of(int port, String user, String password, Duration timeout) throws Exception {
        return NetworkSecurityModule.open(
                settings(port).withTimeout(timeout),
                new ModuleUser(user, password.toCharArray()),
                trust(),
                new TestModules.TestClock().clock());
    }

    /** Trusts the certificate of the tests' servers. */
    static ModuleTrust trust() throws GeneralSecurityException, IOException {
        return ModuleTrust.ofPins(List.of(fingerprint(Certificates.server())));
    }

    static X509Certificate certificate(Path pkcs12) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(pkcs12)) {
            store.load(in, Certificates.PASSWORD.toCharArray());
        }
        return (X509Certificate) store.getCertificate(store.aliases().nextElement());
    }

    static String fingerprint(Path pkcs12) throws IOException, GeneralSecurityException {
        return ModuleTrust.fingerprint(certificate(pkcs12));
    }
}
