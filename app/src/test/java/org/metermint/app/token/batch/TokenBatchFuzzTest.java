package org.metermint.app.token.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.metermint.token.cipher.Ea07Tables;
import tools.jackson.databind.JsonNode;

/**
 * Whatever octets come in, each line that is not blank gets one reply, which is JSON, and none of them confesses a
 * fault of the program. {@code JAZZER_FUZZ=1} makes this search; otherwise it replays what was found.
 */
class TokenBatchFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void linesOfAnyOctets(FuzzedDataProvider data) {
        byte[] input = data.consumeRemainingAsBytes();
        List<JsonNode> replies = Filter.parse(Filter.output(Ea07Tables.sample(), input));
        assertThat(replies).hasSize(linesNotBlank(input)).allSatisfy(reply -> {
            assertThat(reply.isObject()).isTrue();
            assertThat(reply.toString()).doesNotContain("internal: ");
        });
    }

    private static int linesNotBlank(byte[] input) {
        int lines = 0;
        boolean blank = true;
        for (byte octet : input) {
            if (octet == '\n') {
                lines += blank ? 0 : 1;
                blank = true;
            } else if (octet != ' ' && octet != '\t' && octet != '\r') {
                blank = false;
            }
        }
        return lines + (blank ? 0 : 1);
    }
}
