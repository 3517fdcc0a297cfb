package org.metermint.app.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerParserTest {

    private static final String SOLD = "HTTP/1.1 201 \r\nContent-Length: 5\r\n\r\nhello";
    private static final String CHUNKED = """
            HTTP/1.1 200 OK\r
            Transfer-Encoding: chunked\r
            X: y\r
            \r
            3\r
            hel\r
            2;note=1\r
            lo\r
            0\r
            Trailer: z\r
            \r
            """;

    /** What came of octets: the answers, and how it ended. */
    private record Result(List<String> answers, String end) {}

    @Test
    void feed_withLengthOrInChunks_givesStatusAndBody() {
        assertThat(parse(SOLD + CHUNKED, SOLD.length() + CHUNKED.length()).answers())
                .containsExactly("201 keep hello", "200 keep hello");
        assertThat(parse("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 \r\nConnection: CLOSE\r\n\r\n", 9)
                        .answers())
                .containsExactly("204 close ");
        assertThat(parse("HTTP/1.0 503 \r\n\r\nwait", 100)).isEqualTo(new Result(List.of("503 close wait"), "whole"));
    }

    @Test
    void feed_cutAnywhere_givesTheSame() {
        for (String text : List.of(SOLD, CHUNKED, SOLD + CHUNKED + SOLD)) {
            Result whole = parse(text, text.length());
            for (int piece = 1; piece < text.length(); piece++) {
                assertThat(parse(text, piece)).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/2 200 OK\r\n",
                "HTTP/1.1 2x0 OK\r\n",
                "HTTP/1.1 999 \r\n",
                "HTTP/1.1 200 \r\n: nameless\r\n",
                "HTTP/1.1 200 \r\nno colon\r\n",
                "HTTP/1.1 200 \r\nContent-Length: -1\r\n",
                "HTTP/1.1 200 \r\nContent-Length: 99999999999\r\n",
                "HTTP/1.1 200 \r\nContent-Length: 1048577\r\n",
                "HTTP/1.1 200 \r\nContent-Length: 1\r\nContent-Length: 2\r\n",
                "HTTP/1.1 200 \r\nTransfer-Encoding: gzip\r\n",
                "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
                "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
                "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
                "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"
            })
    void feed_whatIsNoAnswer_isRefused(String text) {
        AnswerParser parser = new AnswerParser();
        assertThatExceptionOfType(MalformedAnswerException.class)
                .isThrownBy(() -> parser.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void feed_withoutEnd_isBounded() {
        AnswerParser parser = new AnswerParser();
        ByteBuffer field = ByteBuffer.wrap("X: y\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThatExceptionOfType(MalformedAnswerException.class).isThrownBy(() -> {
            parser.feed(ByteBuffer.wrap("HTTP/1.1 200 \r\n".getBytes(StandardCharsets.US_ASCII)));
            while (true) {
                parser.feed(field.rewind());
            }
        });
        parser.reset();
        assertThatExceptionOfType(MalformedAnswerException.class).isThrownBy(() -> {
            parser.feed(ByteBuffer.wrap("HTTP/1.1 200 \r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            while (true) {
                parser.feed(ByteBuffer.allocate(1 << 16));
            }
        });
    }

    /** Answers with octets changed, taken out and put in: each becomes the same however it is cut, or is refused. */
    @Test
    void feed_damagedAnswers_neverDependOnTheCut() {
        Random random = new Random(20261121);
        byte[] good = (SOLD + CHUNKED).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = good.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThat(parse(damaged, 1 + random.nextInt(20))).isEqualTo(parse(damaged, damaged.length));
        }
    }

    @FuzzTest(maxDuration = "60s")
    void anyOctets_giveTheSameHoweverTheyAreCut(FuzzedDataProvider data) {
        int piece = data.consumeInt(1, 64);
        byte[] octets = data.consumeRemainingAsBytes();
        assertThat(parse(octets, piece)).isEqualTo(parse(octets, Math.max(1, octets.length)));
    }

    private static Result parse(String text, int piece) {
        return parse(text.getBytes(StandardCharsets.US_ASCII), piece);
    }

    private static Result parse(byte[] octets, int piece) {
        AnswerParser parser = new AnswerParser();
        List<String> answers = new ArrayList<>();
        try {
            for (int from = 0; from < octets.length; from += piece) {
                ByteBuffer next =
                        ByteBuffer.wrap(Arrays.copyOfRange(octets, from, Math.min(octets.length, from + piece)));
                while (next.hasRemaining()) {
                    if (parser.feed(next)) {
                        answers.add(answer(parser));
                    }
                }
            }
            boolean atStart = parser.isAtStart();
            if (parser.end()) {
                answers.add(answer(parser));
                return new Result(answers, "whole");
            }
            return new Result(answers, atStart ? "whole" : "cut off");
        } catch (MalformedAnswerException e) {
            return new Result(answers, "malformed");
        }
    }

    private static String answer(AnswerParser parser) {
        return parser.status()
                + (parser.keepAlive() ? " keep " : " close ")
                + new String(parser.body(), 0, parser.bodyLength(), StandardCharsets.ISO_8859_1);
    }
}
