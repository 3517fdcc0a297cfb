package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * By what a client knows the module on the other end: certificates of a trust store, or the fingerprint of the module's
 * own certificate, or both. There is no way to trust everybody.
 *
 * <p>With a trust store alone the certificate must also be made out to the host's name. With a pin the name does not
 * count, nor does the date of expiry: the certificate is that one and no other. With both, everything must hold.
 */
public final class ModuleTrust {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-F]{64}");
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final boolean byName;

    private ModuleTrust(SSLContext context, boolean byName) {
        this.context = context;
        this.byName = byName;
    }

    /**
     * Trusts certificates issued by those of a trust store, made out to the name that is connected to.
     *
     * @param file in PKCS#12 or JKS form
     * @param password of the file; null if it has none; copied by nobody, and the caller's to wipe
     * @throws IOException if the file cannot be read
     * @throws GeneralSecurityException if it holds no certificate
     */
    public static ModuleTrust ofStore(Path file, char @Nullable [] password)
            throws IOException, GeneralSecurityException {
        return new ModuleTrust(context(manager(load(file, password))), true);
    }

    /**
     * Trusts the one certificate, or the few, whose SHA-256 fingerprint is given.
     *
     * @param fingerprints 64 hexadecimal digits each, colons between them allowed
     */
    public static ModuleTrust ofPins(List<String> fingerprints) throws GeneralSecurityException {
        return new ModuleTrust(context(new Pinned(octets(fingerprints), null)), false);
    }

    /** Trusts what both trust. */
    public static ModuleTrust ofStoreAndPins(Path file, char @Nullable [] password, List<String> fingerprints)
            throws IOException, GeneralSecurityException {
        return new ModuleTrust(context(new Pinned(octets(fingerprints), manager(load(file, password)))), true);
    }

    /** The fingerprint of a certificate, as it is written in a configuration. */
    public static String fingerprint(X509Certificate certificate) throws CertificateException {
        return HexFormat.of().withUpperCase().formatHex(sha256(certificate));
    }

    SSLContext context() {
        return context;
    }

    SSLParameters parameters() {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        if (byName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    private static KeyStore load(Path file, char @Nullable [] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType()); // reads PKCS#12 and JKS
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        if (store.size() == 0) {
            throw new GeneralSecurityException(
                    "trust store " + file + " holds no certificate that can be read; is its" + " password missing?");
        }
        return store;
    }

    private static X509ExtendedTrustManager manager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("this Java platform checks no X.509 certificates"));
    }

    private static SSLContext context(TrustManager manager) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {manager}, null);
        return context;
    }

    private static List<byte[]> octets(List<String> fingerprints) {
        List<byte[]> pins = new ArrayList<>();
        for (String fingerprint : fingerprints) {
            String digits = fingerprint.replace(":", "").toUpperCase(Locale.ROOT);
            if (!FINGERPRINT.matcher(digits).matches()) {
                throw new IllegalArgumentException("fingerprint of " + fingerprint.length()
                        + " characters is none: SHA-256 has 64 hexadecimal digits; take it from the module itself");
            }
            pins.add(HexFormat.of().parseHex(digits));
        }
        if (pins.isEmpty()) {
            throw new IllegalArgumentException("there is no fingerprint to pin; give one, or a trust store");
        }
        return pins;
    }

    private static byte[] sha256(X509Certificate certificate) throws CertificateException {
        try {
            return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Lets the pinned certificates pass, if the chain, where it counts, is good too. */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final List<byte[]> pins;
        private final @Nullable X509ExtendedTrustManager chain;

        Pinned(List<byte[]> pins, @Nullable X509ExtendedTrustManager chain) {
            this.pins = pins;
            this.chain = chain;
        }

        private void requirePinned(X509Certificate[] presented) throws CertificateException {
            byte[] actual = sha256(presented[0]);
            boolean known = false;
            for (byte[] pin : pins) {
                known |= MessageDigest.isEqual(pin, actual);
            }
            if (!known) {
                throw new CertificateException("the certificate with fingerprint "
                        + HexFormat.of().withUpperCase().formatHex(actual)
                        + " is not the pinned one; if the module has a new certificate, compare it at the module and"
                        + " change the pin");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String type, Socket socket)
                throws CertificateException {
            requirePinned(presented);
            if (chain != null) {
                chain.checkServerTrusted(presented, type, socket);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String type, SSLEngine engine)
                throws CertificateException {
            requirePinned(presented);
            if (chain != null) {
                chain.checkServerTrusted(presented, type, engine);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String type) throws CertificateException {
            throw new CertificateException("certificates are checked with the connection that they are for");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String type, Socket socket)
                throws CertificateException {
            throw noClients();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String type, SSLEngine engine)
                throws CertificateException {
            throw noClients();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String type) throws CertificateException {
            throw noClients();
        }

        private static CertificateException noClients() {
            return new CertificateException("this end is a client and has none");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
