package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/reference/tokens.md what the layouts say. After a change of a layout run the test with
 * {@code -Dmetermint.regenerate=true}, which writes the page anew.
 */
class TokensReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("metermint.root"), "docs", "reference", "tokens.md");

    @Test
    void page_isWhatTheLayoutsSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("metermint.regenerate")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        return """
                # Tokens, bit by bit

                Generated from the layouts in `org.metermint.token`; a test keeps it fresh. A token is 66 bits: two bits of class and
                a block of 64. Bit 63 of the block is its most significant. Bits 15..0 are the CRC over class and bits 63..16 (for
                credit in currency the CRC_C). The blocks of classes 0 and 2 are encrypted; class 1 is in clear.

                Subclasses that do not appear here are reserved for the STS Association, or proprietary (class 1 from 6 on, class 2 from
                11 on). Class 3 is reserved.
                """
                + TokenFrame.LAYOUTS.stream().map(TokensReferenceTest::section).collect(Collectors.joining());
    }

    private static String section(Layout<?> layout) {
        String subclasses = layout.subclasses().mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String key =
                layout.keyBits().map(bits -> ", under " + bits + "-bit keys").orElse("");
        return "\n## Class " + layout.tokenClass().number() + ", subclass " + subclasses + ": "
                + layout.type().getSimpleName() + key
                + "\n\n| Bits | Field | Width | Meaning |\n| --- | --- | --- | --- |\n"
                + layout.places().stream().map(TokensReferenceTest::row).collect(Collectors.joining());
    }

    private static String row(Layout.FieldPlace place) {
        String bits = place.width() == 1 ? "" + place.highBit() : place.highBit() + ".." + place.lowBit();
        return "| " + bits + " | " + place.name() + " | " + place.width() + " | " + place.meaning() + " |\n";
    }
}
