package org.metermint.app.module;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.metermint.app.CommandFailure;
import org.metermint.app.command.Hidden;
import org.metermint.secure.network.ServerTls;

/** The certificate by which clients know a module, with its private key in a PKCS#12 file. */
final class ServerCertificate {
    /** The files that {@link #own} makes in the directory of the key store. */
    static final String KEYSTORE = "tls.p12";

    static final String PASSWORD = "tls.password";

    private static final String ALIAS = "security-module";
    private static final int PASSWORD_OCTETS = 24;
    private static final int VALID_DAYS = 3650;

    private final SSLContext context;
    private final Certificate certificate;
    private final boolean isNew;

    private ServerCertificate(SSLContext context, Certificate certificate, boolean isNew) {
        this.context = context;
        this.certificate = certificate;
        this.isNew = isNew;
    }

    /** The certificate of a keystore that somebody else made. */
    static ServerCertificate of(Path keystore, Path passwordFile) {
        return read(keystore, passwordFile, false);
    }

    /**
     * The certificate in a directory. If there is none it is made there, with a private key and signed by itself, good for
     * ten years: clients pin it by its fingerprint.
     *
     * @param names of this host, besides localhost, by which clients may call it
     */
    static ServerCertificate own(Path directory, Set<String> names) {
        Path keystore = directory.resolve(KEYSTORE);
        Path password = directory.resolve(PASSWORD);
        boolean isNew = !Files.exists(keystore);
        if (isNew) {
            try {
                make(keystore, password, names);
            } catch (IOException e) {
                throw new CommandFailure(
                        "the certificate of the module cannot be made in " + directory + ": " + e.getMessage(),
                        "Check the permissions of the directory, or bring a certificate with --tls-keystore.",
                        e);
            }
        }
        return read(keystore, password, isNew);
    }

    private static ServerCertificate read(Path keystore, Path passwordFile, boolean isNew) {
        char[] password = Hidden.ofFile("password of the keystore", passwordFile);
        try (InputStream in = Files.newInputStream(keystore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    return new ServerCertificate(
                            ServerTls.ofPkcs12(keystore, password), store.getCertificate(alias), isNew);
                }
            }
            throw new CommandFailure(
                    "there is no private key in " + keystore, "Put key and certificate into one PKCS#12 file.");
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailure(
                    "the certificate in " + keystore + " cannot be used: " + e.getMessage(),
                    "Check that it is a PKCS#12 file and that " + passwordFile + " has its password.",
                    e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** The keystore comes into being whole, after its password. */
    private static void make(Path keystore, Path password, Set<String> names) throws IOException {
        writeSecret(password);
        Path next = keystore.resolveSibling(KEYSTORE + ".new");
        Files.deleteIfExists(next);
        runKeytool(
                "-genkeypair",
                "-keystore",
                next.toString(),
                "-storetype",
                "PKCS12",
                "-storepass:file",
                password.toString(),
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=Metermint security module",
                "-ext",
                "SAN=" + subjectNames(names),
                "-validity",
                Integer.toString(VALID_DAYS));
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, keystore, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeSecret(Path file) throws IOException {
        byte[] random = new byte[PASSWORD_OCTETS];
        new SecureRandom().nextBytes(random);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(
                file,
                Base64.getUrlEncoder().withoutPadding().encode(random),
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Arrays.fill(random, (byte) 0);
    }

    private static String subjectNames(Set<String> names) {
        Set<String> all = new LinkedHashSet<>(Set.of("dns:localhost"));
        all.add("ip:127.0.0.1");
        for (String name : names) {
            all.add((isAddress(name) ? "ip:" : "dns:") + name);
        }
        return String.join(",", all);
    }

    private static boolean isAddress(String name) {
        return name.contains(":") || name.chars().allMatch(c -> c == '.' || Character.isDigit(c));
    }

    private static void runKeytool(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!keytool.waitFor(1, TimeUnit.MINUTES)) {
                keytool.destroyForcibly();
                throw new IOException("keytool did not end within a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            keytool.destroyForcibly();
            throw new IOException("interrupted while keytool ran", e);
        }
        if (keytool.exitValue() != 0) {
            throw new IOException("keytool says: " + said.strip());
        }
    }

    /** The name of this host, if it knows it. */
    static Set<String> hostNames() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.matches("[A-Za-z0-9.-]+") ? Set.of(name) : Set.of();
        } catch (UnknownHostException e) {
            return Set.of();
        }
    }

    SSLContext context() {
        return context;
    }

    /** Whether this start made it. */
    boolean isNew() {
        return isNew;
    }

    /** SHA-256 over the certificate, as 32 pairs of hexadecimal digits with colons between them. */
    String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException(new IOException("the certificate has no fingerprint", e));
        }
    }
}
