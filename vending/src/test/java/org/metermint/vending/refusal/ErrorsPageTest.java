package org.metermint.vending.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/errors.md fresh; with -Dmetermint.regenerate=true the test writes it. */
class ErrorsPageTest {
    private static final Path PAGE = Path.of(System.getProperty("metermint.root"), "docs/reference/errors.md");

    @Test
    void page_listsEveryCode_inOrderOfPrecedence() throws IOException {
        String page = page();
        if (Boolean.getBoolean("metermint.regenerate")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("run this test with -Dmetermint.regenerate=true to renew the page")
                .content()
                .isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Error codes

                Every refusal of vending carries one of these codes, the same on every channel. Of several reasons that hold,
                the first of this list is given. A refusal of a sale binds its request id: a repeat gets the identical answer,
                and a new attempt needs a new request id. Codes marked *retry* decide nothing and bind nothing: send the same
                request again, unchanged, under the same request id.

                | Code | Kind | Retry | Meaning | Remedy |
                | --- | --- | --- | --- | --- |
                """);
        for (RefusalCode code : RefusalCode.values()) {
            page.append("| `%s` | %s | %s | %s | %s |%n"
                    .formatted(
                            code,
                            code.kind().name().toLowerCase(Locale.ROOT),
                            code.retryable() ? "retry" : "",
                            code.title(),
                            code.remedy())
                    .replace(System.lineSeparator(), "\n"));
        }
        return page.toString();
    }
}
