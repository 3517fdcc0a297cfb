package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates for localhost, made by the JDK's keytool, and contexts of both ends. */
public final class Certificates {
    static final String PASSWORD = "changeit";

    private static final Path SHARED = shared("server");
    private static final Path OTHER = shared("other");

    private Certificates() {}

    /** The certificate of the tests' servers: making one takes longer than most tests. */
    static Path server() {
        return SHARED;
    }

    /** Another one, which nobody trusts who trusts the first. */
    static Path other() {
        return OTHER;
    }

    private static Path shared(String name) {
        try {
            Path directory = Files.createTempDirectory("certificate");
            directory.toFile().deleteOnExit();
            Path file = create(directory, name);
            file.toFile().deleteOnExit();
            pem(file).toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A PKCS#12 file with a new private key; its certificate lies beside it as PEM. */
    private static Path create(Path directory, String name) {
        Path file = directory.resolve(name + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(
                keytool,
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "3650");
        run(
                keytool,
                "-exportcert",
                "-rfc",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-file",
                pem(file).toString());
        return file;
    }

    static Path pem(Path pkcs12) {
        return pkcs12.resolveSibling(pkcs12.getFileName() + ".pem");
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The context of a client that trusts the certificate in a PKCS#12 file and nothing else. */
    static SSLContext trusting(Path pkcs12) throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(pkcs12)) {
            own.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        String alias = own.aliases().nextElement();
        trusted.setCertificateEntry(alias, own.getCertificate(alias));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
