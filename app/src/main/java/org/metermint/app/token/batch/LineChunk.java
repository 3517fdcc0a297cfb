package org.metermint.app.token.batch;

import org.metermint.app.token.batch.RequestError.Code;

/** Some whole lines of the input, which are served together. */
final class LineChunk {
    /** The longest line that is served, without its line feed. */
    static final int MAX_LINE = 1 << 16;

    private final byte[] octets;
    private final long firstLine;

    /**
     * Lines under one number each, from the first on.
     *
     * @param octets the lines, each but perhaps the last ended by a line feed; not copied
     * @param firstLine the number of the first line, counted from 1
     */
    LineChunk(byte[] octets, long firstLine) {
        this.octets = octets;
        this.firstLine = firstLine;
    }

    /** The number of the first line. */
    long firstLine() {
        return firstLine;
    }

    /** Serves every line that is not empty, in order. */
    Reply serve(Operations operations) {
        int length = octets.length;
        Reply reply = new Reply(Math.max(256, 2 * length));
        Request request = new Request();
        long line = firstLine;
        int from = 0;
        while (from < length) {
            int to = endOfLine(octets, from, length);
            if (!isBlank(from, to)) {
                serve(operations, request, reply, from, to, line);
            }
            from = to + 1;
            line++;
        }
        return reply;
    }

    private void serve(Operations operations, Request request, Reply reply, int from, int to, long line) {
        int start = reply.length();
        try {
            if (to - from > MAX_LINE) {
                throw new RequestError(
                        Code.LINE_TOO_LONG,
                        "the line is longer than " + MAX_LINE + " octets, the longest that is read");
            }
            request.read(octets, from, to - from);
            reply.open();
            operations.serve(request, reply);
        } catch (RequestError e) {
            refuse(reply, start, e, line);
        } catch (RuntimeException e) {
            refuse(reply, start, new RequestError(Code.INTERNAL, "fault of metermint, please report it: " + e), line);
        }
        reply.close();
    }

    private static void refuse(Reply reply, int start, RequestError error, long line) {
        reply.cut(start);
        reply.open().error(error.reply()).number("line", line);
    }

    static int endOfLine(byte[] octets, int from, int to) {
        int end = from;
        while (end < to && octets[end] != '\n') {
            end++;
        }
        return end;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (octets[i] != ' ' && octets[i] != '\t' && octets[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** How many line feeds there are. */
    long lineFeeds() {
        long count = 0;
        for (byte octet : octets) {
            if (octet == '\n') {
                count++;
            }
        }
        return count;
    }
}
