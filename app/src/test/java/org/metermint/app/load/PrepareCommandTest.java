package org.metermint.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.command.Failures;
import org.metermint.app.server.Installation;
import org.metermint.app.settings.Settings;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import picocli.CommandLine;

/** Invented meters come only where no real key is. */
class PrepareCommandTest {

    private static final VendingKeyFacts REAL = new VendingKeyFacts(
            new SupplyGroupCode(700_001),
            new KeyRevisionNumber(1),
            KeyType.DUTK,
            BaseDate.BASE_2014,
            KeyExpiryNumber.NEVER,
            BaseDate.BASE_2014.start(),
            KeyGeneration.DKGA04);

    @TempDir
    Path parent;

    private String prepare(String... more) {
        StringWriter told = new StringWriter();
        String[] always = {
            "--data", parent.resolve("data").toString(), "--clients", clients().toString()
        };
        String[] arguments = Arrays.copyOf(always, always.length + more.length);
        System.arraycopy(more, 0, arguments, always.length, more.length);
        int exitCode = new CommandLine(new PrepareCommand())
                .setExecutionExceptionHandler(new Failures())
                .setErr(new PrintWriter(told, true))
                .setOut(new PrintWriter(told, true))
                .execute(arguments);
        return exitCode + " " + told;
    }

    private Path clients() {
        return parent.resolve("clients");
    }

    @Test
    void prepare_besideARealKey_isRefused_withAServerAndWithout() throws Exception {
        try (Installation installation = Installation.open(Settings.defaults(), parent.resolve("data"))) {
            byte[] key = new byte[20];
            Arrays.fill(key, (byte) 0x5A);
            assertThat(installation
                            .softwareSecurityModule()
                            .orElseThrow()
                            .importVendingKey(REAL, key)
                            .testOnly())
                    .isFalse();
            assertThat(prepare()).startsWith("1 ").contains("has vending keys that are no test keys");
        }
        assertThat(prepare()).startsWith("1 ").contains("has vending keys that are no test keys", "--data DIR");
        assertThat(Files.exists(clients())).isFalse();
    }

    @Test
    void prepare_outsideItsBounds_isRefusedWithTheBound() {
        assertThat(prepare("--meters", "0")).contains("--meters 0 is outside 1..100000000");
        assertThat(prepare("--meters", "11", "--prefix", "123456789")).contains("--meters 11 is outside 1..10");
        assertThat(prepare("--prefix", "8a")).contains("--prefix '8a' is not 2 to 9 digits");
        assertThat(prepare("--vendors", "10000")).contains("--vendors 10000 is outside 1..9999");
        assertThat(Files.exists(parent.resolve("data"))).isFalse();
    }
}
