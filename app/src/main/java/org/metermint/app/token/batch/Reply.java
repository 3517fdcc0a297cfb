package org.metermint.app.token.batch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.metermint.token.TokenNumber;

/**
 * Reply lines under construction: one JSON object a line. Numbers and digits are written straight into the octets that
 * leave, because a filter that serves hundreds of thousands of lines a second has no time for intermediate strings.
 */
final class Reply {
    private static final byte[] UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOWER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int TOKEN_DIGITS = 20;

    private byte[] octets;
    private int length;
    private boolean first;
    private boolean hasErrors;

    /** No reply yet, and room for so many octets before the buffer has to grow. */
    Reply(int capacity) {
        octets = new byte[capacity];
    }

    /** Whether a reply has the member {@code error}. */
    boolean hasErrors() {
        return hasErrors;
    }

    /** How many octets there are. */
    int length() {
        return length;
    }

    /** Takes back what was written behind a length. */
    void cut(int toLength) {
        length = toLength;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(octets, 0, length);
    }

    Reply open() {
        room(1);
        octets[length++] = '{';
        first = true;
        return this;
    }

    void close() {
        room(2);
        octets[length++] = '}';
        octets[length++] = '\n';
    }

    Reply number(String name, long value) {
        name(name);
        ascii(Long.toString(value));
        return this;
    }

    /** A string of ASCII letters, digits and signs that JSON need not escape. */
    Reply plain(String name, String value) {
        name(name);
        quote();
        ascii(value);
        quote();
        return this;
    }

    /** The member {@code error}, which may hold any text. */
    Reply error(String value) {
        hasErrors = true;
        name("error");
        quote();
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                utf8(value.substring(from, i));
                escape(c);
                from = i + 1;
            }
        }
        utf8(value.substring(from));
        quote();
        return this;
    }

    private void escape(char c) {
        if (c < ' ') {
            ascii("\\u00");
            room(2);
            octets[length++] = UPPER[c >>> 4];
            octets[length++] = UPPER[c & 15];
        } else {
            room(2);
            octets[length++] = '\\';
            octets[length++] = (byte) c;
        }
    }

    /** So many hexadecimal digits in upper case. */
    Reply hex(String name, long value, int digits) {
        name(name);
        quote();
        hexDigits(value, digits, UPPER);
        quote();
        return this;
    }

    /** So many hexadecimal digits in lower case, as keys are written. */
    Reply keyHex(String name, long value, int digits) {
        name(name);
        quote();
        hexDigits(value, digits, LOWER);
        quote();
        return this;
    }

    /** 66 bits as 17 hexadecimal digits in upper case. */
    Reply hex66(String name, int high, long low) {
        name(name);
        quote();
        hexDigits(high, 1, UPPER);
        hexDigits(low, 16, UPPER);
        quote();
        return this;
    }

    /** The 20 digits of a token. */
    Reply token(String name, TokenNumber token) {
        name(name);
        token(token);
        return this;
    }

    private void token(TokenNumber token) {
        quote();
        room(TOKEN_DIGITS);
        token.writeDigits(octets, length);
        length += TOKEN_DIGITS;
        quote();
    }

    /** An array of tokens. */
    Reply tokens(String name, Iterable<TokenNumber> tokens) {
        name(name);
        char before = '[';
        for (TokenNumber token : tokens) {
            room(1);
            octets[length++] = (byte) before;
            token(token);
            before = ',';
        }
        room(1);
        octets[length++] = ']';
        return this;
    }

    private void name(String name) {
        room(1);
        if (!first) {
            octets[length++] = ',';
        }
        first = false;
        quote();
        ascii(name);
        quote();
        room(1);
        octets[length++] = ':';
    }

    private void quote() {
        room(1);
        octets[length++] = '"';
    }

    @SuppressWarnings(
            "deprecation") // getBytes(int, int, byte[], int) is the one way to copy ASCII without an array between
    private void ascii(String text) {
        room(text.length());
        text.getBytes(0, text.length(), octets, length);
        length += text.length();
    }

    private void utf8(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        room(encoded.length);
        System.arraycopy(encoded, 0, octets, length, encoded.length);
        length += encoded.length;
    }

    private void hexDigits(long value, int digits, byte[] alphabet) {
        room(digits);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            octets[length++] = alphabet[(int) (value >>> shift) & 15];
        }
    }

    private void room(int more) {
        if (octets.length - length < more) {
            octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + more));
        }
    }
}
