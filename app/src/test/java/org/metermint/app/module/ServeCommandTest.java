package org.metermint.app.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.Programs;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.ManagementOrder;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.network.ModuleTrust;
import org.metermint.secure.network.ModuleUser;
import org.metermint.secure.network.NetworkModuleSettings;
import org.metermint.secure.network.NetworkSecurityModule;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import tools.jackson.databind.JsonNode;

/** A security module that serves in a process of its own: started, reached, spoken to by commands, ended. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServeCommandTest {
    @TempDir
    Path directory;

    private Programs programs;

    @BeforeEach
    void begin() {
        programs = new Programs(directory.resolve("log"));
    }

    @AfterEach
    void end() {
        programs.close();
    }

    private Process serve(String... more) throws IOException {
        return serveOn("0", more);
    }

    private Process serveOn(String port, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "security-module",
                "serve",
                "--json",
                "--port",
                port,
                "--store",
                directory.resolve("store").toString(),
                "--key-file",
                directory.resolve("kek").toString()));
        arguments.addAll(List.of(more));
        return programs.start(arguments.toArray(String[]::new));
    }

    /** The certificate that is shown where something listens. */
    private static String shown(JsonNode listening) throws Exception {
        List<X509Certificate> chain = new ArrayList<>();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Recording(chain)}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        listening.path("address").stringValue(),
                        listening.path("port").intValue())) {
            socket.startHandshake();
        }
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(chain.getFirst().getEncoded());
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    }

    /** Trusts everybody, and keeps what it saw. */
    private record Recording(List<X509Certificate> chain) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] certificates, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] certificates, String type) {
            chain.addAll(List.of(certificates));
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void serve_fromFirstStartToTheEndOfItsInput() throws Exception {
        Process first = serve("--until-input-ends");
        JsonNode listening = programs.said(first);
        assertThat(listening.path("certificate_sha256").stringValue()).isEqualTo(shown(listening));
        assertThat(listening.path("keys").intValue()).isZero();
        for (String secret : List.of("store/tls.p12", "store/tls.password", "kek")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(secret))))
                    .as(secret)
                    .isEqualTo("rw-------");
        }
        Process keys = programs.start(
                "key",
                "test-keys",
                "--json",
                "--store",
                directory.resolve("store").toString());
        assertThat(programs.said(keys).path("keys").size()).isEqualTo(15);
        assertThat(keys.waitFor()).isZero();

        first.getOutputStream().close();
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(directory.resolve("store/control")).doesNotExist();

        JsonNode again = programs.said(serve());
        assertThat(again.path("certificate_sha256")).isEqualTo(listening.path("certificate_sha256"));
        assertThat(again.path("module")).isEqualTo(listening.path("module"));
        assertThat(again.path("keys").intValue()).isEqualTo(15);
        assertThat(again.path("alerts").toString()).contains("TEST ONLY");
    }

    /** All of it as an operator does it: keys and a user by commands beside the module, then a client that pins it. */
    @Test
    void serve_aClientThatPinsTheCertificate_getsTokensAndNothingThatItMayNot() throws Exception {
        JsonNode listening = programs.said(serve());
        String store = directory.resolve("store").toString();
        assertThat(programs.start("key", "test-keys", "--store", store).waitFor())
                .isZero();
        Process user = programs.start("key", "users", "add", "till-9", "--kind", "credit", "--store", store);
        user.getOutputStream().write("a long password\n".getBytes(StandardCharsets.UTF_8));
        user.getOutputStream().close();
        assertThat(user.waitFor()).isZero();

        try (NetworkSecurityModule client = client(listening, "a long password")) {
            IssuedTokens issued = client.issue(credit("sale-1"));
            assertThat(issued.tokens()).hasSize(1);
            assertThat(client.issue(credit("sale-1")).tokens()).isEqualTo(issued.tokens());
            assertThatThrownBy(() -> client.issue(new IssueManagement(
                            new MessageId("order-1"), METER, new ManagementOrder.ClearTamper(), null)))
                    .isInstanceOf(SecurityModuleException.class);
        }
        try (NetworkSecurityModule stranger = client(listening, "another password")) {
            assertThatThrownBy(() -> stranger.issue(credit("sale-2"))).isInstanceOf(SecurityModuleException.class);
        }
        Process audit = programs.start("key", "audit", "--json", "--store", store);
        assertThat(programs.said(audit).path("messages").intValue()).isEqualTo(1);
    }

    private static final MeterKeyState METER = new MeterKeyState(
            new MeterPan("600727000000000009"),
            EncryptionAlgorithm.EA11,
            SupplyGroupCode.parse("201457"),
            new TariffIndex(1),
            new KeyRevisionNumber(1),
            KeyType.DUTK);

    private static IssueCredit credit(String id) {
        return new IssueCredit(new MessageId(id), METER, CreditType.ELECTRICITY, new CreditAmount(256), null);
    }

    private static NetworkSecurityModule client(JsonNode listening, String password) throws Exception {
        return NetworkSecurityModule.open(
                NetworkModuleSettings.standard(
                        listening.path("address").stringValue(),
                        listening.path("port").intValue()),
                new ModuleUser("till-9", password.toCharArray()),
                ModuleTrust.ofPins(List.of(listening.path("certificate_sha256").stringValue())),
                Clock.systemUTC());
    }

    @Test
    void serve_askedBySignal_endsAndLeavesNothingBehind() throws Exception {
        Process asked = serve();
        programs.said(asked);
        asked.destroy();
        assertThat(asked.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("store/control")).doesNotExist();
    }

    @Test
    void serve_whatIsInTheWay_isSaidWithItsRemedy() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(serveOn(Integer.toString(taken.getLocalPort())), "nothing can listen on 127.0.0.1");
        }
        assertRefused(serveOn("65536"), "outside 0..65535");
        assertRefused(serve("--tls-keystore", "nowhere.p12"), "belong together");
        Path password = Files.writeString(directory.resolve("password"), "changeit\n");
        assertRefused(
                serve("--tls-keystore", password.toString(), "--tls-password-file", password.toString()),
                "cannot be used");
        Process up = serve();
        programs.said(up);
        assertRefused(serve(), "in use");
        Files.writeString(directory.resolve("store/tls.password"), "another\n");
        up.destroy();
        assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertRefused(serve(), "cannot be used");
    }

    private void assertRefused(Process process, String why) throws Exception {
        JsonNode error = programs.said(process).path("error");
        assertThat(error.path("message").stringValue()).contains(why);
        assertThat(error.path("remedy").stringValue()).isNotBlank();
        assertThat(process.waitFor()).isEqualTo(1);
    }
}
