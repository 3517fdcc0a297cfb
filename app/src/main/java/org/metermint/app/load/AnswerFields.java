package org.metermint.app.load;

import java.nio.charset.StandardCharsets;

/**
 * Finds in the JSON of an answer the few members that a check needs, in one pass and without making objects: of a sale
 * {@code id}, {@code tender} and the digits of its last token, of a problem {@code code}. It takes them at the depth
 * where they belong, so that a text that looks like a member is none.
 *
 * <p>What it is given may be anything. JSON that does not end as it should is told by {@link #isComplete}; a member
 * that is not there, or no plain text, is empty. Of a member that stands there twice, the last counts.
 */
final class AnswerFields {

    private static final byte[] ID = ascii("id");
    private static final byte[] TENDER = ascii("tender");
    private static final byte[] CODE = ascii("code");
    private static final byte[] TOKENS = ascii("tokens");
    private static final byte[] DIGITS = ascii("digits");
    private static final int DEEPEST = 32;

    /** A piece of the body; empty if from equals to. */
    private static final class Piece {
        private int from;
        private int to;

        private void clear() {
            from = 0;
            to = 0;
        }

        private void set(int from, int to) {
            this.from = from;
            this.to = to;
        }
    }

    private final Piece id = new Piece();
    private final Piece tender = new Piece();
    private final Piece code = new Piece();
    private final Piece digits = new Piece();
    private final boolean[] inObject = new boolean[DEEPEST + 1];

    private byte[] body = {};
    private boolean complete;

    /** Reads a body; what was read before is forgotten. */
    void read(byte[] octets, int length) {
        body = octets;
        id.clear();
        tender.clear();
        code.clear();
        digits.clear();
        complete = scan(length);
    }

    /** Whether the body was one object, closed as it was opened. */
    boolean isComplete() {
        return complete;
    }

    /** A UUID's most significant half, or 0 if the id is none. */
    long idHigh() {
        return isUuid()
                ? hexadecimal(id.from, 8) << 32 | hexadecimal(id.from + 9, 4) << 16 | hexadecimal(id.from + 14, 4)
                : 0;
    }

    /** A UUID's least significant half, or 0 if the id is none. */
    long idLow() {
        return isUuid() ? hexadecimal(id.from + 19, 4) << 48 | hexadecimal(id.from + 24, 12) : 0;
    }

    boolean isUuid() {
        if (id.to - id.from != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            byte octet = body[id.from + i];
            if (dash ? octet != '-' : Character.digit(octet, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the last token has 20 digits. */
    boolean hasToken() {
        if (digits.to - digits.from != 20) {
            return false;
        }
        for (int i = digits.from; i < digits.to; i++) {
            if (body[i] < '0' || body[i] > '9') {
                return false;
            }
        }
        return true;
    }

    /**
     * The last token as a number, modulo 2 to the 64: 66 bits do not fit, and two tokens that differ in no other way are
     * as good as never met.
     */
    long token() {
        long number = 0;
        for (int i = digits.from; i < digits.to; i++) {
            number = 10 * number + body[i] - '0';
        }
        return number;
    }

    /** The tender in 1/10,000 of the major unit, or -1 if it is no decimal that fits. */
    long tenderTenThousandths() {
        int length = tender.to - tender.from;
        if (length < 1 || length > 15) {
            return -1;
        }
        long value = 0;
        int decimals = -1;
        for (int i = tender.from; i < tender.to; i++) {
            if (body[i] == '.' && decimals < 0) {
                decimals = 0;
            } else if (body[i] >= '0' && body[i] <= '9' && decimals < 4) {
                value = 10 * value + body[i] - '0';
                decimals += decimals < 0 ? 0 : 1;
            } else {
                return -1;
            }
        }
        for (int i = Math.max(0, decimals); i < 4; i++) {
            value *= 10;
        }
        return value;
    }

    /** The code of a problem, if it is 1 to 64 of A to Z, 0 to 9 and '_'; else empty. */
    String code() {
        int length = code.to - code.from;
        if (length > 64) {
            return "";
        }
        for (int i = code.from; i < code.to; i++) {
            byte octet = body[i];
            if ((octet < 'A' || octet > 'Z') && (octet < '0' || octet > '9') && octet != '_') {
                return "";
            }
        }
        return new String(body, code.from, length, StandardCharsets.US_ASCII);
    }

    private boolean scan(int length) {
        int depth = 0;
        int nameFrom = 0;
        int nameTo = 0;
        boolean value = false; // behind a colon
        boolean inTokens = false;
        for (int at = 0; at < length; at++) {
            switch (body[at]) {
                case '"' -> {
                    int end = endOfText(at + 1, length);
                    if (end < 0) {
                        return false;
                    }
                    if (depth > 0 && inObject[depth]) {
                        if (value) {
                            note(depth, inTokens, nameFrom, nameTo, at + 1, end);
                        } else {
                            nameFrom = at + 1;
                            nameTo = end;
                        }
                    }
                    at = end;
                }
                case ':' -> value = true;
                case ',' -> value = false;
                case '{', '[' -> {
                    if (depth == DEEPEST || (depth == 0 && body[at] == '[')) {
                        return false;
                    }
                    inTokens = depth == 1 ? equals(TOKENS, nameFrom, nameTo) && body[at] == '[' : inTokens;
                    inObject[++depth] = body[at] == '{';
                    value = false;
                }
                case '}', ']' -> {
                    if (depth == 0 || inObject[depth] != (body[at] == '}')) {
                        return false;
                    }
                    depth--;
                    value = false;
                    if (depth == 0) {
                        return isBlankFrom(at + 1, length);
                    }
                }
                default -> {
                    if (depth == 0 && body[at] > ' ') {
                        return false;
                    }
                }
            }
        }
        return false;
    }

    private void note(int depth, boolean inTokens, int nameFrom, int nameTo, int from, int to) {
        if (depth == 1) {
            if (equals(ID, nameFrom, nameTo)) {
                id.set(from, to);
            } else if (equals(TENDER, nameFrom, nameTo)) {
                tender.set(from, to);
            } else if (equals(CODE, nameFrom, nameTo)) {
                code.set(from, to);
            }
        } else if (depth == 3 && inTokens && equals(DIGITS, nameFrom, nameTo)) {
            digits.set(from, to);
        }
    }

    /** Where the text that begins here ends, or -1 if it does not. */
    private int endOfText(int from, int length) {
        for (int at = from; at < length; at++) {
            if (body[at] == '"') {
                return at;
            }
            if (body[at] == '\\') {
                at++;
            }
        }
        return -1;
    }

    private boolean isBlankFrom(int from, int length) {
        for (int at = from; at < length; at++) {
            if (body[at] != ' ' && body[at] != '\n' && body[at] != '\r' && body[at] != '\t') {
                return false;
            }
        }
        return true;
    }

    private long hexadecimal(int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 4 | Character.digit(body[i], 16);
        }
        return value;
    }

    private boolean equals(byte[] name, int from, int to) {
        if (to - from != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (body[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
