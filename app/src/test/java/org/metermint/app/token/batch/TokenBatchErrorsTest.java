package org.metermint.app.token.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.app.token.batch.Filter.JSON;
import static org.metermint.app.token.batch.Filter.output;
import static org.metermint.app.token.batch.Filter.parse;
import static org.metermint.app.token.batch.Filter.reply;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.token.cipher.Ea07Tables;
import tools.jackson.databind.JsonNode;

/** Every way to be wrong is answered with a code and a text that names member, value and bound. */
class TokenBatchErrorsTest {
    private static final String GOOD = "{\"op\":\"luhn\",\"digits\":\"1234567890\"}";

    static Stream<JsonNode> refused() {
        return Filter.vectors("token-jsonl-errors.json");
    }

    @ParameterizedTest
    @MethodSource("refused")
    void wrongLine_isRefusedByName(JsonNode entry) {
        JsonNode reply = reply(entry.get("line").stringValue());
        assertThat(reply.propertyNames()).containsExactlyInAnyOrder("error", "line");
        assertThat(reply.get("line").intValue()).isEqualTo(1);
        String error = reply.get("error").stringValue();
        assertThat(error).startsWith(entry.get("code").stringValue() + ": ").hasSizeLessThan(300);
        for (JsonNode text : entry.get("says")) {
            assertThat(error).contains(text.stringValue());
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusal_repeatsNoKey(JsonNode entry) {
        String line = entry.get("line").stringValue();
        String error = reply(line).get("error").stringValue();
        assertThat(error.toLowerCase(Locale.ROOT)).doesNotContain("2106f0", "0abc12", "abababab", "1380e4");
    }

    @Test
    void tokenThatIsNone_isAFormatError() {
        for (String token :
                List.of("", "1234", "123456789012345678901", "1234567890123456789a", "73786976294838206464")) {
            assertThat(reply("{\"op\":\"decode\",\"token\":\"" + token + "\"}"))
                    .as(token)
                    .isEqualTo(JSON.readTree("{\"error\":\"FormatError\"}"));
        }
    }

    @Test
    void tokenOfClass3_isAFunctionErrorWithoutABlock() {
        assertThat(reply("{\"op\":\"decode\",\"token\":\"73786976294838206463\"}"))
                .isEqualTo(JSON.readTree("{\"class\":3,\"error\":\"FunctionError\"}"));
    }

    @Test
    void minusZero_survivesAsRawBits() {
        String key = "\"ea\":11,\"key\":\"2106f0847762f0f3cb4d764dc7072051\"";
        JsonNode token = reply("{\"op\":\"token\",\"cls\":0,\"sub\":4,\"tid\":7,\"se\":8,\"field\":0," + key + "}");
        assertThat(token.get("block").stringValue()).startsWith("480000070000");
        JsonNode decoded = reply("{\"op\":\"decode\"," + key + ",\"token\":" + token.get("token") + "}");
        assertThat(decoded.get("se").intValue()).isEqualTo(8);
        assertThat(decoded.get("amount").stringValue()).isEqualTo("0");
    }

    @Test
    void badLine_leavesItsNeighboursAlone_andIsCountedWithEmptyOnes() {
        String input = GOOD + "\n\n  \r\n" + "nonsense\n" + GOOD + "\r\n" + "\n\"x\"\n" + GOOD;
        List<JsonNode> replies = parse(output(Ea07Tables.sample(), input.getBytes(StandardCharsets.UTF_8)));
        assertThat(replies).hasSize(5);
        assertThat(replies.get(1).get("line").intValue()).isEqualTo(4);
        assertThat(replies.get(3).get("line").intValue()).isEqualTo(7);
        assertThat(replies.get(4).get("check").intValue()).isEqualTo(3);
    }

    @Test
    void malformedUtf8_isRefused() {
        byte[] line = "{\"op\":\"luhn\",\"digits\":\"1?3\"}".getBytes(StandardCharsets.UTF_8);
        for (int octet : new int[] {0x80, 0xC0, 0xFF, 0xE2, 0xED, 0x00}) {
            line[24] = (byte) octet;
            assertThat(parse(output(Ea07Tables.sample(), line))
                            .getFirst()
                            .get("error")
                            .stringValue())
                    .startsWith("not-json: ");
        }
        byte[] utf16 = GOOD.getBytes(StandardCharsets.UTF_16LE);
        assertThat(parse(output(Ea07Tables.sample(), utf16))
                        .getFirst()
                        .get("error")
                        .stringValue())
                .startsWith("not-json: ");
    }

    @Test
    void lineOf64KiB_isServed_andOneOctetMoreIsRefused() {
        String longest = GOOD + " ".repeat(65_536 - GOOD.length());
        assertThat(reply(longest).get("check").intValue()).isEqualTo(3);
        JsonNode refused = reply(longest + " ");
        assertThat(refused.get("error").stringValue())
                .startsWith("line-too-long: ")
                .contains("65536");
    }

    @Test
    void lineOfAMegabyte_isSkippedToItsEnd() {
        for (String megabyte : List.of("x".repeat(1 << 20), "{\"op\":\"" + "y".repeat(1 << 20) + "\"}")) {
            String input = GOOD + "\n" + megabyte + "\n" + GOOD + "\nz\n" + megabyte;
            List<JsonNode> replies = parse(output(Ea07Tables.sample(), input.getBytes(StandardCharsets.UTF_8)));
            assertThat(replies).hasSize(5);
            assertThat(replies.get(1).get("error").stringValue()).startsWith("line-too-long: ");
            assertThat(replies.get(1).get("line").intValue()).isEqualTo(2);
            assertThat(replies.get(2).get("check").intValue()).isEqualTo(3);
            assertThat(replies.get(3).get("line").intValue()).isEqualTo(4);
            assertThat(replies.get(4).get("line").intValue()).isEqualTo(5);
        }
    }
}
