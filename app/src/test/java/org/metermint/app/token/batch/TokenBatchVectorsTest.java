package org.metermint.app.token.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.app.token.batch.Filter.JSON;
import static org.metermint.app.token.batch.Filter.reply;
import static org.metermint.app.token.batch.Filter.request;
import static org.metermint.app.token.batch.Filter.vectors;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every vector of the project, through the filter. */
class TokenBatchVectorsTest {
    private static final String[] KEY = {"dkga", "vk", "pan", "kt", "sgc", "ti", "krn", "bdt", "ea"};

    private static String upper(JsonNode hex) {
        return hex.stringValue().toUpperCase(Locale.ROOT);
    }

    private static int field(JsonNode hex) {
        return Integer.parseInt(hex.stringValue(), 16);
    }

    @Test
    void exampleOfTheFormat_isAnsweredToTheLetter() {
        String line = """
                {"op":"token","cls":0,"sub":1,"ea":11,"key":"2106f0847762f0f3cb4d764dc7072051",\
                "time":"2052-05-11T17:31","base":2035,"rnd":9,"units":1818525}""";
        assertThat(reply(line).toString()).isEqualTo("""
                {"block":"198B529BC0008C41","cipher":"8B784BE1BB3DFD91",\
                "hex":"38B784BE1A33DFD91","token":"65390098222084390289"}""");
    }

    static Stream<JsonNode> amounts() {
        return vectors("amount.json");
    }

    @ParameterizedTest
    @MethodSource("amounts")
    void amount(JsonNode entry) {
        int field = field(entry.get("field"));
        assertThat(reply(request("amount", entry, "units")).get("field").intValue())
                .isEqualTo(field);
        assertThat(reply(request("unamount").put("field", field)).get("units")).isEqualTo(entry.get("decoded"));
    }

    static Stream<JsonNode> currencies() {
        return vectors("currency.json");
    }

    @ParameterizedTest
    @MethodSource("currencies")
    void currency(JsonNode entry) {
        JsonNode reply = reply(request("currency", entry, "amount"));
        assertThat(reply.get("se").intValue()).isEqualTo(field(entry.get("se")));
        assertThat(reply.get("field").intValue()).isEqualTo(field(entry.get("field")));
        ObjectNode back =
                request("uncurrency").put("se", field(entry.get("se"))).put("field", field(entry.get("field")));
        assertThat(reply(back).get("amount")).isEqualTo(entry.get("decoded"));
    }

    static Stream<JsonNode> crcs() {
        return vectors("crc.json");
    }

    @ParameterizedTest
    @MethodSource("crcs")
    void crc(JsonNode entry) {
        assertThat(reply(request("crc", entry, "hex")).get("crc")).isEqualTo(entry.get("crc"));
    }

    static Stream<JsonNode> times() {
        return vectors("tid.json");
    }

    @ParameterizedTest
    @MethodSource("times")
    void tid(JsonNode entry) {
        assertThat(reply(request("tid", entry, "time", "base")).get("tid")).isEqualTo(entry.get("tid"));
    }

    static Stream<JsonNode> pans() {
        return vectors("pan.json");
    }

    @ParameterizedTest
    @MethodSource("pans")
    void pan(JsonNode entry) {
        String member = entry.has("pan") ? "pan" : "drn";
        String digits = entry.get(member).stringValue();
        int last = digits.length() - 1;
        int check = reply(request("luhn").put("digits", digits.substring(0, last)))
                .get("check")
                .intValue();
        if (member.equals("drn")) {
            assertThat(check == digits.charAt(last) - '0')
                    .isEqualTo(entry.get("ok").booleanValue());
            return;
        }
        for (int kt = 1; kt <= 3; kt++) {
            JsonNode reply = reply(request("panblock", entry, "pan").put("kt", kt));
            assertThat(reply.has("block")).isEqualTo(entry.get("ok").booleanValue());
            if (reply.has("block")) {
                assertThat(reply.get("block")).isEqualTo(entry.get(kt == 3 ? "pan_block_kt3" : "pan_block_kt2"));
            } else {
                assertThat(reply.get("error").stringValue()).startsWith("bad-value: pan");
            }
        }
    }

    static Stream<JsonNode> keys() {
        return vectors("dkga.json");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void decoderKey(JsonNode entry) {
        assertThat(reply(request("dkga", entry, KEY)).get("key")).isEqualTo(entry.get("key"));
        if (entry.has("control_block")) {
            assertThat(reply(request("panblock", entry, "pan", "kt")).get("block"))
                    .isEqualTo(entry.get("pan_block"));
            assertThat(reply(request("control", entry, "kt", "sgc", "ti", "krn"))
                            .get("block"))
                    .isEqualTo(entry.get("control_block"));
        }
    }

    static Stream<JsonNode> blocks() {
        return Stream.of("ea07_sample.json", "ea09_des.json", "ea11_misty1.json")
                .flatMap(Filter::vectors);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void cipher(JsonNode entry) {
        String op = entry.get("op").stringValue().equals("ea09")
                ? "des"
                : entry.get("op").stringValue();
        ObjectNode encrypt = request(op, entry, "key", "block").put("dir", "e");
        assertThat(reply(encrypt).get("block").stringValue()).isEqualTo(upper(entry.get("cipher")));
        ObjectNode decrypt = request(op, entry, "key").put("dir", "d").set("block", entry.get("cipher"));
        assertThat(reply(decrypt).get("block").stringValue()).isEqualTo(upper(entry.get("block")));
    }

    static Stream<JsonNode> testTokens() {
        return vectors("class1.json");
    }

    @ParameterizedTest
    @MethodSource("testTokens")
    void testToken(JsonNode entry) {
        ObjectNode byDigits = request("token", entry, "cls", "sub", "control", "mfr");
        long control = Long.parseLong(entry.get("control").stringValue(), 16);
        for (ObjectNode request :
                new ObjectNode[] {byDigits, byDigits.deepCopy().put("control", control)}) {
            JsonNode reply = reply(request);
            assertThat(reply.get("token")).isEqualTo(entry.get("token"));
            assertThat(reply.get("block")).isEqualTo(entry.get("block"));
            assertThat(reply.get("cipher")).isEqualTo(entry.get("block"));
        }
        JsonNode decoded = reply(request("decode", entry, "token"));
        assertThat(decoded.get("class").intValue()).isEqualTo(1);
        assertThat(decoded.get("mfr")).isEqualTo(entry.get("mfr"));
        assertThat(decoded.get("control").stringValue())
                .hasSize(entry.get("sub").intValue() == 1 ? 7 : 9)
                .isEqualTo("0"
                                .repeat(decoded.get("control").stringValue().length()
                                        - entry.get("control").stringValue().length())
                        + entry.get("control").stringValue());
    }

    static Stream<JsonNode> tokens() {
        return Stream.of("tokens_ea11.json", "tokens_sample_tables.json").flatMap(Filter::vectors);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void token(JsonNode entry) {
        JsonNode key = entry.get("key_params");
        assertThat(reply(request("dkga", key, KEY)).get("key")).isEqualTo(key.get("key"));

        ObjectNode token = request("token");
        token.setAll((ObjectNode) entry.get("fields"));
        token.set("ea", key.get("ea"));
        token.set("key", key.get("key"));
        JsonNode reply = reply(token);
        assertThat(reply.get("token")).isEqualTo(entry.get("token"));
        assertThat(reply.get("block")).isEqualTo(entry.get("block"));

        ObjectNode block = request("block");
        block.setAll((ObjectNode) entry.get("fields"));
        assertThat(reply(block).get("block")).isEqualTo(entry.get("block"));

        ObjectNode decode = request("decode", key, "ea", "key").set("token", entry.get("token"));
        JsonNode decoded = reply(decode);
        if (entry.has("tid")) {
            assertThat(decoded.get("tid")).isEqualTo(entry.get("tid"));
        }
        for (String name :
                new String[] {"sub", "rnd", "kenho", "kenlo", "krn", "ro", "res", "kt", "ti", "nk", "sgc12"}) {
            if (entry.get("fields").has(name)) {
                assertThat(decoded.get(name))
                        .as(name)
                        .isEqualTo(entry.get("fields").get(name));
            }
        }
    }

    static Stream<JsonNode> keyChanges() {
        return vectors("key_change_sets.json");
    }

    @ParameterizedTest
    @MethodSource("keyChanges")
    void keyChangeSet(JsonNode entry) {
        JsonNode facts = entry.has("new") ? entry.get("new") : entry;
        String oldKey = entry.has("old")
                ? entry.get("old").get("key").stringValue()
                : entry.get("oldkey").stringValue();
        String newKey = entry.has("new")
                ? entry.get("new").get("key").stringValue()
                : entry.get("newkey").stringValue();
        int algorithm = entry.has("old") ? entry.get("old").get("ea").intValue() : 7;
        ObjectNode request = request("kct", facts, "krn", "kt", "sgc")
                .put("ea", algorithm)
                .put("oldkey", oldKey)
                .put("newkey", newKey)
                .put("ti", Integer.parseInt(facts.get("ti").stringValue()));
        for (String name : new String[] {"ken", "ro", "n"}) {
            request.set(name, entry.get(name));
        }
        assertThat(reply(request).get("tokens")).isEqualTo(entry.get("tokens"));
    }

    static Stream<JsonNode> damaged() {
        return vectors("decode_errors.json");
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void damagedToken(JsonNode entry) {
        JsonNode reply = reply(request("decode", entry, "ea", "key", "token"));
        assertThat(reply.get("error")).isEqualTo(entry.get("expect"));
        switch (entry.get("expect").stringValue()) {
            case "FormatError" -> assertThat(reply).isEqualTo(JSON.readTree("{\"error\":\"FormatError\"}"));
            case "CRCError" -> assertThat(reply.get("block").stringValue()).hasSize(16);
            default -> assertThat(reply.has("class")).isTrue();
        }
    }
}
