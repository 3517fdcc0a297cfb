package org.metermint.app.token.batch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the input into chunks of whole lines. A chunk is what has arrived when the input pauses, or a bufferful; so a
 * quick input makes large chunks, and a line that comes alone is not kept waiting. A line that is too long is cut to one
 * octet more than allowed, enough to be refused, and the rest of it is read over.
 */
final class LineReader {
    private static final int CAPACITY = 1 << 17;

    private final InputStream in;
    private final byte[] buffer = new byte[CAPACITY];
    private int length;
    private boolean ended;
    private boolean skipping;
    private long line = 1;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The next lines, or null if there are none left. */
    @Nullable LineChunk next() throws IOException {
        while (true) {
            fill();
            if (skipping) {
                skip();
            }
            int end = afterLastLineFeed();
            if (end == 0 && length > LineChunk.MAX_LINE) {
                skipping = true;
                LineChunk chunk = chunk(LineChunk.MAX_LINE + 1);
                length = 0;
                line++;
                return chunk;
            }
            if (end == 0 && ended) {
                end = length;
            }
            if (end > 0) {
                LineChunk chunk = chunk(end);
                drop(end);
                line += chunk.lineFeeds();
                return chunk;
            }
            if (ended) {
                return null;
            }
        }
    }

    private void fill() throws IOException {
        while (!ended && length < CAPACITY) {
            int read = in.read(buffer, length, CAPACITY - length);
            if (read < 0) {
                ended = true;
            } else {
                length += read;
                if (in.available() == 0) {
                    return;
                }
            }
        }
    }

    private void skip() {
        int end = LineChunk.endOfLine(buffer, 0, length);
        skipping = end == length;
        drop(Math.min(length, end + 1));
    }

    private int afterLastLineFeed() {
        int end = length;
        while (end > 0 && buffer[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private LineChunk chunk(int end) {
        return new LineChunk(Arrays.copyOf(buffer, end), line);
    }

    private void drop(int octets) {
        System.arraycopy(buffer, octets, buffer, 0, length - octets);
        length -= octets;
    }
}
