package org.metermint.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditType;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.key.DecoderKey;

/** The lines of the guide print what the guide says. */
class GuideTest {
    @TempDir
    private Path directory;

    @Test
    void linesOfTheGuide_printWhatItSays() throws Exception {
        Path root = Path.of(System.getProperty("metermint.root"));
        String guide = Files.readString(root.resolve("docs/guides/virtual-meter.md"));
        String lines = guide.split("```java\n|```\n", 3)[1];
        String test = Files.readString(root.resolve("virtual-meter/src/test/java/org/metermint/meter/GuideTest.java"));
        assertThat(squeezed(test)).contains(squeezed(lines).replace("System.out.println", "printed.add"));
        assertThat(guide).contains(String.join("\n", linesOfTheGuide(directory.resolve("a.meter"))));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s", "");
    }

    private static List<String> linesOfTheGuide(Path file) throws MeterFileException {
        List<String> printed = new ArrayList<>();
        DecoderKeyRegister key = new DecoderKeyRegister(
                DecoderKey.parseHex(EncryptionAlgorithm.EA07, "0abc12def3456789"),
                KeyType.DUTK,
                KeyExpiryNumber.NEVER,
                new KeyRevisionNumber(1),
                TariffIndex.parse("01"),
                SupplyGroupCode.parse("123456"));
        MeterSpecification built = MeterSpecification.of(
                MeterPan.parse("6007 2700 0000 000009"), EncryptionAlgorithm.EA07, CreditType.ELECTRICITY);
        TokenIdentifier made = TokenIdentifier.at(Instant.parse("1996-01-01T00:00:00Z"), BaseDate.BASE_1993);
        try (VirtualMeter meter =
                VirtualMeter.create(file, built, key, made, Ea07Tables.sample(), InstantSource.system())) {
            Answer answer = meter.enter("51043465443420856213");
            printed.add(answer.display() + ": " + answer.explanation());
            Consumption kettle = meter.run(2_000, Duration.ofMinutes(30));
            printed.add(kettle.drawn() + " drawn, " + kettle.balance() + " left");
            printed.add(meter.enter("51043465443420856213").result());
        }
        return printed;
    }
}
