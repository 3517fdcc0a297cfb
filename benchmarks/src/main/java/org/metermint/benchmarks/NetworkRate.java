package org.metermint.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.RandomSource;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.TokenKind;
import org.metermint.secure.network.SecurityModuleServer;
import org.metermint.secure.network.ServerSettings;
import org.metermint.secure.network.ServerTls;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.Message;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.token.Luhn;

/**
 * Credit tokens a second from the network server, over TLS on the loopback, every one of them on the disk before it is
 * answered; and how long calls take. Each connection asks for one token after the other, each for another meter; server
 * and clients share one process. The store lies where {@code java.io.tmpdir} points.
 *
 * <p>Arguments: connections (16), seconds of warm-up (10), seconds measured (20).
 */
public final class NetworkRate {
    private static final char[] PASSWORD = "benchmark-password".toCharArray();
    private static final ClientName USER = new ClientName("benchmark");
    private static final int MOST_CALLS = 4_000_000;

    private NetworkRate() {}

    /** Runs the load and prints one line. */
    public static void main(String[] arguments) throws Exception {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 16;
        Duration warmUp = Duration.ofSeconds(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10);
        Duration measured = Duration.ofSeconds(arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20);
        Path directory = Files.createTempDirectory("network-rate");
        try {
            Path certificate = certificate(directory);
            try (SoftwareSecurityModule module = module(directory);
                    SecurityModuleServer server = SecurityModuleServer.start(
                            module,
                            ServerTls.ofPkcs12(certificate, PASSWORD),
                            ServerSettings.standard(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                            Clock.systemUTC())) {
                run(server.address(), trust(certificate), connections, warmUp, measured);
            }
        } finally {
            remove(directory);
        }
    }

    private static void run(
            InetSocketAddress address, SSLContext trust, int connections, Duration warmUp, Duration measured)
            throws Exception {
        List<Callable<long[]>> loads = new ArrayList<>();
        long begin = System.nanoTime() + warmUp.toNanos();
        for (int i = 0; i < connections; i++) {
            int serial = i * MOST_CALLS;
            loads.add(() -> load(address, trust, serial, begin, begin + measured.toNanos()));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            List<Future<long[]>> results = threads.invokeAll(loads);
            LongStream all = LongStream.empty();
            for (Future<long[]> result : results) {
                all = LongStream.concat(all, Arrays.stream(result.get()));
            }
            report(all.sorted().toArray(), connections, measured);
        }
    }

    private static void report(long[] nanos, int connections, Duration measured) {
        System.out.printf(
                Locale.ROOT,
                "%d connections: %,d tokens/s; milliseconds a call: p50 %.2f, p99 %.2f, p99.9 %.2f, most %.2f%n",
                connections,
                nanos.length / measured.toSeconds(),
                quantile(nanos, 0.5),
                quantile(nanos, 0.99),
                quantile(nanos, 0.999),
                quantile(nanos, 1));
    }

    private static double quantile(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e6;
    }

    /** One connection; the nanoseconds of every call that began and ended in the measured time. */
    private static long[] load(InetSocketAddress address, SSLContext trust, int firstSerial, long begin, long end)
            throws Exception {
        long[] nanos = new long[MOST_CALLS / 8];
        int count = 0;
        try (SSLSocket socket =
                (SSLSocket) trust.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            socket.setTcpNoDelay(true);
            Secret session = call(
                            socket,
                            TokenApi.SIGN_IN_WITH_PASSWORD,
                            new TokenApi.SignInWithPassword(
                                    "sign-in",
                                    "local",
                                    USER.text(),
                                    new Secret(String.valueOf(PASSWORD)),
                                    new SessionOptions("1.1", null)))
                    .accessToken();
            for (int serial = firstSerial; ; serial++) {
                long before = System.nanoTime();
                if (before - end >= 0) {
                    return Arrays.copyOf(nanos, count);
                }
                var issued = call(socket, TokenApi.ISSUE_CREDIT_TOKEN, credit(session, serial));
                long after = System.nanoTime();
                if (issued.size() != 1) {
                    throw new IllegalStateException("a call gave " + issued.size() + " tokens");
                }
                if (before - begin >= 0 && after - end < 0) {
                    nanos[count++] = after - before;
                }
            }
        }
    }

    private static TokenApi.IssueCreditToken credit(Secret session, int serial) {
        String body = String.format(Locale.ROOT, "01%08d", serial);
        MeterConfigIn meter = new MeterConfigIn(
                body + Luhn.checkDigit(body),
                serial % 2 == 0 ? 7 : 11,
                2,
                201_457,
                1,
                1,
                null,
                null,
                255,
                null,
                null,
                null);
        return new TokenApi.IssueCreditToken("sale-" + serial, session, meter, 0, 102, 0, 0);
    }

    private static <A extends Record, R> R call(SSLSocket socket, Call<A, R> call, A arguments) throws Exception {
        socket.getOutputStream().write(call.frameCall(1, arguments));
        byte[] reply = Frames.read(socket.getInputStream(), Frames.MAX_OCTETS)
                .orElseThrow(() -> new IOException("the server ended the connection"));
        return call.readReply(Message.read(reply), 1);
    }

    private static SoftwareSecurityModule module(Path directory) throws Exception {
        Path keyFile = directory.resolve("kek");
        KeyEncryptionKeySource.createKeyFile(keyFile);
        SoftwareSecurityModule module = SoftwareSecurityModule.open(
                directory.resolve("store"),
                KeyEncryptionKeySource.keyFile(keyFile),
                Clock.systemUTC(),
                RandomSource.secure());
        module.loadTestOnlyVendingKeys();
        ClientPolicy client = new ClientPolicy(USER, Set.of(TokenKind.values()), null, 0, PasswordHash.of(PASSWORD));
        module.setPolicy(
                new IssuePolicy(List.of(client), List.of(), null, IssuePolicy.STANDARD_MAX_AHEAD), "benchmark");
        return module;
    }

    private static Path certificate(Path directory) throws IOException, InterruptedException {
        Path file = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        String.valueOf(PASSWORD),
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost")
                .inheritIO()
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no certificate");
        }
        return file;
    }

    private static SSLContext trust(Path certificate) throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(certificate)) {
            own.load(in, PASSWORD);
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", own.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
