package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** What the server proves itself with, and which kinds of TLS it speaks: 1.3, and 1.2 with forward secrecy. */
public final class ServerTls {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private ServerTls() {}

    /**
     * The context of a server whose private key and certificate lie in a PKCS#12 file.
     *
     * @param password of the file; the caller wipes it
     * @throws IOException if the file cannot be read or the password is wrong
     * @throws GeneralSecurityException if the file holds no usable key
     */
    public static SSLContext ofPkcs12(Path file, char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** Protocols and cipher suites: every suite of TLS 1.3, and those of 1.2 that have forward secrecy and authenticate. */
    static SSLParameters parameters(SSLContext context) {
        SSLParameters parameters = context.getSupportedSSLParameters();
        parameters.setProtocols(PROTOCOLS.toArray(String[]::new));
        parameters.setCipherSuites(
                Arrays.stream(context.getDefaultSSLParameters().getCipherSuites())
                        .filter(ServerTls::isStrong)
                        .toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        return parameters;
    }

    private static boolean isStrong(String suite) {
        boolean authenticated = suite.contains("_GCM_") || suite.contains("_CHACHA20_");
        return authenticated && (suite.startsWith("TLS_ECDHE_") || !suite.contains("_WITH_"));
    }
}
