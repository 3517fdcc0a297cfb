package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.DecoderKey;

/** The README's lines of code are the ones here, and print what the README says. */
class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("metermint.root"));

    private static void example(PrintStream out) {
        // spotless:off
        var key = DecoderKey.parseHex(EncryptionAlgorithm.EA11, "929bd3a415c9420a05ec5ee9f3ce91c3");
        var tid = TokenIdentifier.at(Instant.parse("2014-03-01T13:00:00Z"), BaseDate.BASE_2014);
        var credit = new TransferCredit(CreditType.ELECTRICITY, new Rnd(5), tid, new CreditAmount(1)); // 0.1 kWh
        long block = key.cipher(Ea07Tables.sample()).encrypt(TokenFrame.block(credit));
        out.println(TokenFrame.insertClass(credit.tokenClass(), block)); // 5862 5789 9869 9135 7486
        // spotless:on
    }

    @Test
    void example_ofTheReadme_isThisCodeAndPrintsItsToken() throws IOException {
        String self = Files.readString(ROOT.resolve("token-engine/src/test/java/org/metermint/token/ReadmeTest.java"));
        List<String> here = between(self, "// spotless:off\n", "        // spotless:on")
                .lines()
                .map(String::strip)
                .toList();
        List<String> there = between(Files.readString(ROOT.resolve("README.md")), "```java\n", "```")
                .lines()
                .map(line -> line.replace("System.out.", "out."))
                .toList();
        assertThat(there).isEqualTo(here);

        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        example(new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(here.getLast())
                .endsWith("// " + printed.toString(StandardCharsets.UTF_8).strip());
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }
}
