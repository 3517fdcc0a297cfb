package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.RestClient;

/** A server whose vending keys are in a SoftHSM token. */
class Pkcs11StartTest {
    private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");

    @TempDir
    Path parent;

    private Path data;
    private Path pinFile;
    private Path log;
    private Path configuration;
    private Path tokenConfiguration;

    @BeforeEach
    void createTokenAndConfiguration() throws Exception {
        data = parent.resolve("data");
        log = Files.createFile(parent.resolve("server.log"));
        pinFile = parent.resolve("pin");
        Path tokens = Files.createDirectory(parent.resolve("tokens"));
        tokenConfiguration = Files.writeString(
                parent.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
        run("softhsm2-util", "--init-token", "--free", "--label", "till", "--so-pin", "7736104", "--pin", "482915");
        configuration = Files.writeString(parent.resolve("metermint.conf"), """
                security.pkcs11-library = %s
                security.pkcs11-token = till
                security.pkcs11-pin-file = %s
                """.formatted(LIBRARY, pinFile));
    }

    @Test
    void start_withKeysInAToken_sellsAfterEveryRightPin() throws Exception {
        Files.writeString(pinFile, "99999999\n");
        assertThat(launch().refusal().toString())
                .contains("refused the PIN (CKR_PIN_INCORRECT)")
                .doesNotContain("99999999");
        Files.writeString(pinFile, "482915\n");
        for (String sale : List.of("first", "second")) {
            ServerProcess server = launch();
            try {
                String url = server.url();
                ClientFile client = ClientFile.read(data).orElseThrow();
                try (RestClient rest = new RestClient(url, client.credential())) {
                    RestClient.Answer answer =
                            rest.sell(sale, new RestClient.Order("01000000032", "100.00", "ZAR", "CASH"), true);
                    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
                    assertThat(answer.body().path("tokens")).isNotEmpty();
                }
            } finally {
                server.stop();
            }
        }
        assertThat(run(
                        "pkcs11-tool",
                        "--module",
                        LIBRARY.toString(),
                        "--token-label",
                        "till",
                        "--login",
                        "--pin",
                        "482915",
                        "--list-objects",
                        "--type",
                        "secrkey"))
                .contains("metermint-store-key", "-201457-1-2");
        assertThat(data.resolve("security-module.key")).doesNotExist();
    }

    private ServerProcess launch() throws IOException {
        return ServerProcess.launch(
                List.of(
                        "sh",
                        "-c",
                        "export SOFTHSM2_CONF=\"$1\"; file=$2; shift 2; exec \"$@\" --config \"$file\"",
                        "sh",
                        tokenConfiguration.toString(),
                        configuration.toString()),
                data,
                log);
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", tokenConfiguration.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
