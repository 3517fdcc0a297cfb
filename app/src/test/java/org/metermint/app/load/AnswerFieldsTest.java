package org.metermint.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Members are found where a full parser of JSON finds them. */
class AnswerFieldsTest {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final String SALE = """
            {"id":"018f2c1e-7a3b-7c4d-8e5f-0123456789ab","lines":[{"id":"no","label":"\\"tender\\":\\"9\\"","tender":"8"}],
             "tender":"100.05","tokens":[{"kind":"KEY_CHANGE","digits":"11111111111111111111"},
             {"kind":"CREDIT","digits":"98765432109876543210","grouped":"9876 5432"}],"code":"X_1"}
            """;

    @Test
    void read_aSale_findsItsOwnMembersOnly() {
        AnswerFields fields = read(SALE);
        assertThat(fields.isComplete()).isTrue();
        assertThat(new UUID(fields.idHigh(), fields.idLow())).hasToString("018f2c1e-7a3b-7c4d-8e5f-0123456789ab");
        assertThat(fields.tenderTenThousandths()).isEqualTo(1_000_500);
        assertThat(fields.hasToken()).isTrue();
        assertThat(Long.toUnsignedString(fields.token()))
                .isEqualTo(new BigInteger("98765432109876543210")
                        .mod(BigInteger.TWO.pow(64))
                        .toString());
        assertThat(fields.code()).isEqualTo("X_1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"id\":\"1",
                "{]",
                "{}{}",
                "{\"id\":7}",
                "{\"tokens\":{\"digits\":\"1\"}}",
                "x{}",
                "{\"tender\":\"1.2.3\"}",
                "{\"tender\":\"-1\"}",
                "{\"code\":\"lower case\"}",
                "{\"id\":\"\\"
            })
    void read_whatIsNoSale_findsNothing(String text) {
        AnswerFields fields = read(text);
        assertThat(fields.isUuid()).isFalse();
        assertThat(fields.hasToken()).isFalse();
        assertThat(fields.tenderTenThousandths()).isEqualTo(-1);
        assertThat(fields.code()).isEmpty();
    }

    @Test
    void read_afterAnother_forgetsIt() {
        AnswerFields fields = read(SALE);
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        fields.read(empty, empty.length);
        assertThat(fields.isUuid() || fields.hasToken()).isFalse();
        assertThat(fields.code()).isEmpty();
    }

    @Test
    void read_damagedSales_findsWhatAFullParserFinds() {
        Random random = new Random(20261121);
        byte[] good = SALE.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] = (byte) " {}[]\",:\\aid0".charAt(random.nextInt(13));
            requireLikeModel(damaged);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void anyOctets_areReadLikeAFullParserDoes(byte[] octets) {
        requireLikeModel(octets);
    }

    private static void requireLikeModel(byte[] octets) {
        AnswerFields fields = new AnswerFields();
        fields.read(octets, octets.length);
        JsonNode model;
        try {
            model = STRICT.readTree(octets);
        } catch (JacksonException e) {
            return; // no JSON: nothing is promised but that nothing breaks
        }
        if (!model.isObject() || new String(octets, StandardCharsets.UTF_8).contains("\\")) {
            return; // escapes are not resolved
        }
        assertThat(fields.isComplete()).isTrue();
        String id = model.path("id").asString("");
        assertThat(fields.isUuid()).isEqualTo(id.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"));
        String tender = model.path("tender").isString() ? model.path("tender").stringValue() : "";
        if (tender.matches("[0-9]{1,9}(\\.[0-9]{1,4})?")) {
            assertThat(fields.tenderTenThousandths())
                    .isEqualTo(new BigDecimal(tender).movePointRight(4).longValueExact());
        }
        JsonNode code = model.path("code");
        if (code.isString() && code.stringValue().matches("[A-Z0-9_]{1,64}")) {
            assertThat(fields.code()).isEqualTo(code.stringValue());
        }
    }

    private static AnswerFields read(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        AnswerFields fields = new AnswerFields();
        fields.read(octets, octets.length);
        return fields;
    }
}
