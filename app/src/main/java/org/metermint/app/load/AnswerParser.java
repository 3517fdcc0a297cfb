package org.metermint.app.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads answers in HTTP/1.1 (RFC 9112) out of octets as they arrive, however they are cut. It keeps the status, the
 * body and whether the connection may be used again; of the header fields it looks at those that say where the body
 * ends. Nothing that comes is trusted: every length has a bound, and what does not fit is refused.
 *
 * <p>One parser serves one connection. After {@link #feed} has returned true, the answer stands until the next octet
 * is fed.
 */
final class AnswerParser {

    static final int LONGEST_LINE = 8 << 10;
    static final int MOST_FIELDS = 100;
    static final int LARGEST_BODY = 1 << 20;

    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] CLOSE = ascii("close");

    private enum Phase {
        STATUS_LINE,
        FIELDS,
        BODY,
        BODY_UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        DONE
    }

    private Phase phase = Phase.STATUS_LINE;
    private byte[] line = new byte[256];
    private int lineLength;
    private int fields;
    private int status;
    private boolean keepAlive;
    private boolean chunked;
    private long contentLength;
    private long left;
    private byte[] body = new byte[2 << 10];
    private int bodyLength;

    /**
     * Takes octets up to the end of an answer, and leaves those behind it in the buffer.
     *
     * @return whether an answer is complete
     */
    boolean feed(ByteBuffer octets) throws MalformedAnswerException {
        if (phase == Phase.DONE) {
            reset();
        }
        while (phase != Phase.DONE && octets.hasRemaining()) {
            switch (phase) {
                case BODY, BODY_UNTIL_CLOSE, CHUNK -> takeBody(octets);
                default -> takeLine(octets);
            }
        }
        return phase == Phase.DONE;
    }

    /**
     * The other side has closed the connection.
     *
     * @return whether that completed an answer
     */
    boolean end() {
        if (phase != Phase.BODY_UNTIL_CLOSE) {
            return false;
        }
        phase = Phase.DONE;
        return true;
    }

    /** Forgets whatever was begun: for a new connection. */
    void reset() {
        phase = Phase.STATUS_LINE;
        lineLength = 0;
        fields = 0;
        bodyLength = 0;
        chunked = false;
        contentLength = -1;
    }

    /** Between two answers, that is, with nothing of one read yet. */
    boolean isAtStart() {
        return phase == Phase.DONE || (phase == Phase.STATUS_LINE && lineLength == 0);
    }

    int status() {
        return status;
    }

    /** The octets of the body, the first {@link #bodyLength} of them; good until the next octet is fed. */
    byte[] body() {
        return body;
    }

    int bodyLength() {
        return bodyLength;
    }

    /** Whether another request may be sent over the connection. */
    boolean keepAlive() {
        return keepAlive;
    }

    private void takeBody(ByteBuffer octets) throws MalformedAnswerException {
        int count = (int) Math.min(octets.remaining(), left);
        if (bodyLength + count > LARGEST_BODY) {
            throw new MalformedAnswerException("a body of more than " + LARGEST_BODY + " octets");
        }
        if (bodyLength + count > body.length) {
            body = Arrays.copyOf(body, Math.max(bodyLength + count, Math.min(LARGEST_BODY, 2 * body.length)));
        }
        octets.get(body, bodyLength, count);
        bodyLength += count;
        left -= count;
        if (left == 0) {
            phase = phase == Phase.CHUNK ? Phase.CHUNK_END : Phase.DONE;
        }
    }

    private void takeLine(ByteBuffer octets) throws MalformedAnswerException {
        while (octets.hasRemaining()) {
            byte octet = octets.get();
            if (octet == '\n') {
                if (lineLength > 0 && line[lineLength - 1] == '\r') {
                    lineLength--;
                }
                int length = lineLength;
                lineLength = 0;
                endLine(length);
                return;
            }
            if (lineLength == line.length) {
                if (lineLength == LONGEST_LINE) {
                    throw new MalformedAnswerException("a line of more than " + LONGEST_LINE + " octets");
                }
                line = Arrays.copyOf(line, 2 * line.length);
            }
            line[lineLength++] = octet;
        }
    }

    private void endLine(int length) throws MalformedAnswerException {
        switch (phase) {
            case STATUS_LINE -> readStatusLine(length);
            case FIELDS -> readField(length);
            case CHUNK_SIZE -> readChunkSize(length);
            case CHUNK_END -> {
                require(length == 0, "a chunk is longer than its size");
                phase = Phase.CHUNK_SIZE;
            }
            case TRAILERS -> {
                if (length == 0) {
                    phase = Phase.DONE;
                } else {
                    countField();
                }
            }
            default -> throw new IllegalStateException("no line in phase " + phase);
        }
    }

    private void readStatusLine(int length) throws MalformedAnswerException {
        require(
                length >= 12
                        && line[0] == 'H'
                        && line[1] == 'T'
                        && line[2] == 'T'
                        && line[3] == 'P'
                        && line[4] == '/'
                        && line[5] == '1'
                        && line[6] == '.'
                        && (line[7] == '0' || line[7] == '1')
                        && line[8] == ' '
                        && (length == 12 || line[12] == ' '),
                "the first line is no status line of HTTP/1");
        status = 0;
        for (int i = 9; i < 12; i++) {
            require(isDigit(line[i]), "the status is no number");
            status = 10 * status + line[i] - '0';
        }
        require(status >= 100 && status <= 599, "the status is outside 100..599");
        keepAlive = line[7] == '1';
        chunked = false;
        contentLength = -1;
        fields = 0;
        phase = Phase.FIELDS;
    }

    private void readField(int length) throws MalformedAnswerException {
        if (length == 0) {
            endFields();
            return;
        }
        countField();
        int colon = 0;
        while (colon < length && line[colon] != ':') {
            colon++;
        }
        require(colon > 0 && colon < length, "a header field without a name");
        int from = colon + 1;
        int to = length;
        while (from < to && isBlank(line[from])) {
            from++;
        }
        while (to > from && isBlank(line[to - 1])) {
            to--;
        }
        if (equals(CONTENT_LENGTH, 0, colon)) {
            readContentLength(from, to);
        } else if (equals(TRANSFER_ENCODING, 0, colon)) {
            require(equals(CHUNKED, from, to) && !chunked, "a transfer coding other than chunked");
            chunked = true;
        } else if (equals(CONNECTION, 0, colon) && equals(CLOSE, from, to)) {
            keepAlive = false;
        }
    }

    private void countField() throws MalformedAnswerException {
        require(++fields <= MOST_FIELDS, "more header fields than " + MOST_FIELDS);
    }

    private void readContentLength(int from, int to) throws MalformedAnswerException {
        require(to > from && to - from <= 10, "the content length is no number of 1 to 10 digits");
        long value = 0;
        for (int i = from; i < to; i++) {
            require(isDigit(line[i]), "the content length is no number of 1 to 10 digits");
            value = 10 * value + line[i] - '0';
        }
        require(contentLength < 0 || contentLength == value, "two content lengths");
        require(value <= LARGEST_BODY, "a body of more than " + LARGEST_BODY + " octets");
        contentLength = value;
    }

    private void endFields() throws MalformedAnswerException {
        require(!chunked || contentLength < 0, "a content length beside a transfer coding");
        if (status < 200) {
            phase = Phase.STATUS_LINE; // interim; the answer comes after it
        } else if (status == 204 || status == 304) {
            phase = Phase.DONE;
        } else if (chunked) {
            phase = Phase.CHUNK_SIZE;
        } else if (contentLength >= 0) {
            left = contentLength;
            phase = left == 0 ? Phase.DONE : Phase.BODY;
        } else {
            keepAlive = false;
            left = Long.MAX_VALUE;
            phase = Phase.BODY_UNTIL_CLOSE;
        }
    }

    private void readChunkSize(int length) throws MalformedAnswerException {
        int size = 0;
        int at = 0;
        while (at < length && Character.digit(line[at], 16) >= 0) {
            require(at < 7, "a chunk size of more than 7 digits");
            size = 16 * size + Character.digit(line[at], 16);
            at++;
        }
        require(at > 0 && (at == length || line[at] == ';' || isBlank(line[at])), "a chunk without a size");
        fields = size == 0 ? 0 : fields;
        left = size;
        phase = size == 0 ? Phase.TRAILERS : Phase.CHUNK;
    }

    private boolean equals(byte[] lowerCase, int from, int to) {
        if (to - from != lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            byte octet = line[from + i];
            if ((octet >= 'A' && octet <= 'Z' ? octet + 32 : octet) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static void require(boolean holds, String otherwise) throws MalformedAnswerException {
        if (!holds) {
            throw new MalformedAnswerException(otherwise);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
