package org.metermint.app.token.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.metermint.app.token.batch.Filter.request;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.metermint.token.cipher.Ea07Tables;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Laws over random requests, and a slow model of the frame, written with strings of bits, to compare with. */
class TokenBatchLawsTest {
    private static final int COUNT = Boolean.getBoolean("metermint.full") ? 200_000 : 20_000;
    private static final long SEED = 6_205_541;
    private static final List<String> MEMBERS = List.of(
            "kenho", "krn", "ro", "res", "kt", "kenlo", "ti", "sgc12", "nk", "sgc", "mfr", "rnd", "tid", "field", "se");

    private final Random random = new Random(SEED);

    private static String bits(long value, int width) {
        String digits = Long.toBinaryString(value);
        return "0".repeat(width - digits.length()) + digits;
    }

    /** The CRC over 50 bits as the standard describes it, bit by bit. */
    private static String crc(String tokenClass, String payload, boolean currency) {
        String padded = "000000" + tokenClass + payload + (currency ? "00000001" : "");
        int register = 0xFFFF;
        for (int octet = 0; octet < padded.length(); octet += 8) {
            register ^= Integer.parseInt(padded.substring(octet, octet + 8), 2);
            for (int i = 0; i < 8; i++) {
                register = (register & 1) == 1 ? register >> 1 ^ 0xA001 : register >> 1;
            }
        }
        return bits(register & 0xFF, 8) + bits(register >> 8, 8);
    }

    /** The digits of a block with its class, through a string of 66 bits. */
    private static String digits(String tokenClass, String hexBlock) {
        String block =
                bits(HexFormat.fromHexDigitsToLong(hexBlock) >>> 1, 63) + (HexFormat.fromHexDigitsToLong(hexBlock) & 1);
        block = block.substring(block.length() - 64);
        String displaced = block.substring(35, 37);
        String token = displaced + block.substring(0, 35) + tokenClass + block.substring(37);
        String decimal = new BigInteger(token, 2).toString();
        return "0".repeat(20 - decimal.length()) + decimal;
    }

    private String hex(int digits) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < digits; i++) {
            char digit = Character.forDigit(random.nextInt(16), 16);
            hex.append(random.nextBoolean() ? Character.toUpperCase(digit) : digit);
        }
        return hex.toString();
    }

    private void put(ObjectNode request, String member, int bound) {
        request.put(member, random.nextInt(bound));
    }

    /** A random token of any kind, described by raw bits where the format has them. */
    private ObjectNode randomToken(String op) {
        ObjectNode request = request(op);
        int tokenClass = random.nextInt(3);
        request.put("cls", tokenClass);
        int subclass = random.nextInt(new int[] {8, 3, 11}[tokenClass]);
        int algorithm = new int[] {7, 9, 11}[random.nextInt(3)];
        if (tokenClass == 2 && subclass == 9) {
            algorithm = 11;
        }
        request.put("sub", subclass);
        if (tokenClass != 1) {
            request.put("ea", algorithm).put("key", hex(algorithm == 11 ? 32 : 16));
        }
        switch (tokenClass * 16 + subclass) {
            case 16, 18 ->
                request.put("control", random.nextLong(1L << 36)).put("mfr", subclass == 0 ? random.nextInt(256) : 0);
            case 17 -> request.put("control", random.nextLong(1L << 28)).put("mfr", random.nextInt(65_536));
            case 35 -> {
                put(request, "kenho", 16);
                request.put("krn", 1 + random.nextInt(9));
                put(request, "ro", 2);
                put(request, "res", 2);
                put(request, "kt", 4);
                request.put("nk", hex(8));
            }
            case 36 -> {
                put(request, "kenlo", 16);
                put(request, "ti", 100);
                request.put("nk", hex(8));
            }
            case 40, 41 -> {
                if (algorithm == 11) {
                    put(request, "sgc12", 4_096);
                    request.put("nk", hex(8));
                } else {
                    request.put("sgc", String.format("%06d", random.nextInt(1_000_000)));
                }
            }
            default -> {
                put(request, "tid", 1 << 24);
                put(request, "field", 1 << 16);
                put(request, tokenClass == 0 && subclass >= 4 ? "se" : "rnd", 16);
            }
        }
        return request;
    }

    /** The block of a request that {@link #randomToken} made, with the CRC computed bit by bit. */
    private static String modelBlock(JsonNode r) {
        int tokenClass = r.get("cls").intValue();
        int subclass = r.get("sub").intValue();
        String payload = bits(subclass, 4)
                + switch (tokenClass * 16 + subclass) {
                    case 16, 18 -> number(r, "control", 36) + number(r, "mfr", 8);
                    case 17 -> number(r, "control", 28) + number(r, "mfr", 16);
                    case 35 ->
                        number(r, "kenho", 4)
                                + number(r, "krn", 4)
                                + number(r, "ro", 1)
                                + number(r, "res", 1)
                                + number(r, "kt", 2)
                                + word(r);
                    case 36 -> number(r, "kenlo", 4) + number(r, "ti", 8) + word(r);
                    case 40, 41 ->
                        r.has("sgc")
                                ? bits(Integer.parseInt(r.get("sgc").stringValue()), 24) + "0".repeat(20)
                                : number(r, "sgc12", 12) + word(r);
                    default -> number(r, r.has("se") ? "se" : "rnd", 4) + number(r, "tid", 24) + number(r, "field", 16);
                };
        String block = payload + crc(bits(tokenClass, 2), payload, tokenClass == 0 && subclass >= 4);
        return new BigInteger("1" + block, 2).toString(16).substring(1).toUpperCase(Locale.ROOT);
    }

    private static String number(JsonNode request, String member, int width) {
        return bits(request.get(member).longValue(), width);
    }

    private static String word(JsonNode request) {
        return bits(Long.parseLong(request.get("nk").stringValue(), 16), 32);
    }

    @Test
    void tokenIsWhatASlowModelMakes_andDecodeIsItsInverse() {
        List<ObjectNode> requests =
                IntStream.range(0, COUNT).mapToObj(i -> randomToken("token")).toList();
        List<JsonNode> replies = Filter.replies(Ea07Tables.sample(), requests.stream());
        List<ObjectNode> decodes = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            ObjectNode request = requests.get(i);
            JsonNode reply = replies.get(i);
            assertThat(reply.has("token"))
                    .as("%s of seed %d: %s -> %s", i, SEED, request, reply)
                    .isTrue();
            assertThat(reply.get("block").stringValue()).as("%s", request).isEqualTo(modelBlock(request));
            String tokenClass = bits(request.get("cls").intValue(), 2);
            assertThat(reply.get("token").stringValue())
                    .as("%s", request)
                    .isEqualTo(digits(tokenClass, reply.get("cipher").stringValue()));
            assertThat(new BigInteger(reply.get("hex").stringValue(), 16))
                    .isEqualTo(new BigInteger(reply.get("token").stringValue()));
            ObjectNode decode = request("decode", request, "ea", "key");
            decodes.add(decode.set("token", reply.get("token")));
        }
        List<JsonNode> decoded = Filter.replies(Ea07Tables.sample(), decodes.stream());
        for (int i = 0; i < COUNT; i++) {
            ObjectNode request = requests.get(i);
            JsonNode reply = decoded.get(i);
            assertThat(reply.has("error")).as("%s -> %s", request, reply).isFalse();
            assertThat(reply.get("class")).isEqualTo(request.get("cls"));
            assertThat(reply.get("block")).isEqualTo(replies.get(i).get("block"));
            for (String member : MEMBERS) {
                if (request.has(member)) {
                    String expected = request.get(member).asString();
                    assertThat(reply.get(member).asString())
                            .as("%s of %s", member, request)
                            .isEqualTo(member.equals("nk") ? expected.toLowerCase(Locale.ROOT) : expected);
                }
            }
            if (request.has("control")) {
                assertThat(Long.parseLong(reply.get("control").stringValue(), 16))
                        .isEqualTo(request.get("control").longValue());
            }
        }
    }

    @Test
    void cipherUndoesItself_underAnyTables() {
        List<Integer> values = new ArrayList<>(IntStream.range(0, 64).boxed().toList());
        Collections.shuffle(values, random);
        int[] perm = values.stream().mapToInt(Integer::intValue).toArray();
        List<Integer> nibbles = new ArrayList<>(IntStream.range(0, 16).boxed().toList());
        Collections.shuffle(nibbles, random);
        int[] sub1 = nibbles.stream().mapToInt(Integer::intValue).toArray();
        Collections.shuffle(nibbles, random);
        int[] sub2 = nibbles.stream().mapToInt(Integer::intValue).toArray();
        Ea07Tables tables = Ea07Tables.of(sub1, sub2, perm);
        for (int i = 0; i < 100; i++) {
            ObjectNode there =
                    request("sta").put("dir", "e").put("key", hex(16)).put("block", hex(16));
            JsonNode encrypted = Filter.replies(tables, Stream.of(there)).getFirst();
            assertThat(encrypted.get("block").stringValue())
                    .isEqualTo(modelSta(
                            sub1,
                            sub2,
                            perm,
                            there.get("key").stringValue(),
                            there.get("block").stringValue()));
            ObjectNode back = there.deepCopy().put("dir", "d").set("block", encrypted.get("block"));
            JsonNode decrypted = Filter.replies(tables, Stream.of(back)).getFirst();
            assertThat(decrypted.get("block").stringValue())
                    .isEqualToIgnoringCase(there.get("block").stringValue());
        }
    }

    /** EA07 as the standard describes it, one nibble and one bit at a time. */
    private static String modelSta(int[] sub1, int[] sub2, int[] perm, String key, String block) {
        long roundKey = Long.rotateRight(~HexFormat.fromHexDigitsToLong(key), 12);
        long data = HexFormat.fromHexDigitsToLong(block);
        for (int round = 0; round < 16; round++) {
            long substituted = 0;
            for (int nibble = 0; nibble < 16; nibble++) {
                int[] table = (roundKey >>> (4 * nibble + 3) & 1) == 1 ? sub2 : sub1;
                substituted |= (long) table[(int) (data >>> (4 * nibble)) & 15] << (4 * nibble);
            }
            data = 0;
            for (int bit = 0; bit < 64; bit++) {
                data |= (substituted >>> bit & 1) << perm[bit];
            }
            roundKey = Long.rotateLeft(roundKey, 1);
        }
        return HexFormat.of().withUpperCase().toHexDigits(data);
    }
}
