package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.metermint.vending.refusal.RefusalCode;

/**
 * Keeps docs/reference/problems.md what the codes say. After a change of a code run the test with
 * {@code -Dmetermint.regenerate=true}, which writes the page anew.
 */
class ProblemsReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("metermint.root"), "docs", "reference", "problems.md");

    @Test
    void page_isWhatTheCodesSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("metermint.regenerate")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void codes_ofMessagesAndOfVending_areDifferent() {
        assertThat(Arrays.stream(Fault.values()).map(Enum::name))
                .doesNotContainAnyElementsOf(
                        Arrays.stream(RefusalCode.values()).map(Enum::name).toList());
    }

    private static String page() {
        return """
                # Problems over HTTP

                Generated from the codes; a test keeps it fresh. Whatever ends a request without its answer is a problem as in RFC 9457:
                `code` names the reason and is stable, `detail` says what was wrong with this very request, `field` where, `remedy` what
                to do. If `retryable` is true, nothing was decided, and the same request may be sent again unchanged after the time in
                the header `Retry-After`.

                ## Faults of a message

                Found before vending hears of the request; they bind no request id.

                | Code | HTTP | Retry | Meaning | Remedy |
                | --- | --- | --- | --- | --- |
                """
                + Arrays.stream(Fault.values())
                        .map(fault -> row(
                                fault.name(),
                                fault.status().value(),
                                Problem.of(fault, "").retryable(),
                                fault.title() + ". | " + fault.remedy()))
                        .collect(Collectors.joining())
                + """

                ## Refusals of vending

                They mean the same on every channel: see [errors](errors.md). A refused sale keeps its answer for ever, unless the code
                is retryable.

                | Code | HTTP | Retry |
                | --- | --- | --- |
                """
                + Arrays.stream(RefusalCode.values())
                        .map(code -> row(code.name(), Problem.status(code).value(), code.retryable()))
                        .collect(Collectors.joining());
    }

    private static String row(String code, int status, boolean retry, String... more) {
        return "| `" + code + "` | " + status + " | " + (retry ? "yes" : "no") + " |"
                + Arrays.stream(more).map(cell -> " " + cell + " |").collect(Collectors.joining()) + "\n";
    }
}
