package org.metermint.secure.internal.record;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one segment from its beginning and verifies the chain as it goes.
 *
 * <p><b>After a crash.</b> One frame is written at a time and made durable before the next begins. Only the last can be
 * torn, and a torn write leaves the file short or a sector of the frame zero. No frame has such a sector of its own:
 * lengths, texts and hashes lie closer than that. Such a tail was never acknowledged, and reading ends before it; any other deviation
 * is damage.
 */
final class FrameReader {
    private static final int WINDOW = 1 << 18;
    private static final int SECTOR = 512;

    private final Path path;
    private final JournalFile file;
    private final boolean pruned;
    private final long length;

    private long end = SegmentHeader.OCTETS;
    private long lastFrame = -1;
    private byte[] chainHash;
    private long records;
    private Instant time;

    private byte[] window = new byte[0];
    private long windowAt;

    FrameReader(Path path, JournalFile file, SegmentHeader header) throws IOException {
        this.path = path;
        this.file = file;
        this.pruned = header.pruned;
        this.length = file.length();
        this.chainHash = header.hash;
        this.records = header.firstRecord - 1;
        this.time = header.time;
    }

    /** The next frame; null at the end, or where a torn write explains why nothing whole follows. */
    @Nullable Frame next() throws IOException, RecordDamage {
        if (end >= length) {
            return null;
        }
        Frame frame = wholeFrame();
        if (frame == null) {
            return null;
        }
        if (frame.head.firstRecord() != records + 1) {
            throw damage("record " + frame.head.firstRecord() + " stands where record " + (records + 1) + " belongs");
        }
        if (frame.head.time().isBefore(time)) {
            throw damage("record " + (records + 1) + " is of " + frame.head.time() + ", before the one before it, of "
                    + time);
        }
        lastFrame = end;
        end += frame.size();
        chainHash = frame.after;
        records = frame.head.lastRecord();
        time = frame.head.time();
        return frame;
    }

    /** Where the last whole frame ends. */
    long end() {
        return end;
    }

    /** Where the last whole frame begins; -1 if there is none. */
    long lastFrame() {
        return lastFrame;
    }

    /** The octets of the file when reading began. */
    long length() {
        return length;
    }

    byte[] chainHash() {
        return chainHash;
    }

    /** The number of the last record read. */
    long records() {
        return records;
    }

    /** The time of the last record read, or that of the segment. */
    Instant time() {
        return time;
    }

    private @Nullable Frame wholeFrame() throws IOException, RecordDamage {
        long rest = length - end;
        if (rest < Frame.HEAD) {
            return null;
        }
        byte[] headOctets = take(Frame.HEAD);
        Frame.Head head = Frame.Head.of(headOctets);
        if (!head.isIntact(headOctets)) {
            return requireTorn(rest);
        }
        int size = head.size(pruned);
        if (rest < size) {
            return null;
        }
        Frame frame = new Frame(end, chainHash, take(size), pruned);
        if (frame.isChained()) {
            return frame;
        }
        if (rest == size && hasZeroSector(end, frame.octets())) {
            return null;
        }
        frame.lines(path); // names the record, if its checksum does
        throw damage(
                head.records() == 1
                        ? "the frame of record " + head.firstRecord() + " was edited or damaged"
                        : "the frame of records " + head.firstRecord() + " to " + head.lastRecord()
                                + " was edited or damaged");
    }

    private @Nullable Frame requireTorn(long rest) throws IOException, RecordDamage {
        int largest = Frame.HEAD + Frame.MAX_LINES + Frame.MAX_RESULTS + Sha256.OCTETS;
        if (rest > largest || !hasZeroSector(end, take((int) rest))) {
            throw damage("the head of the frame of record " + (records + 1) + " was edited or damaged");
        }
        return null;
    }

    private RecordDamage damage(String what) {
        return new RecordDamage(path, end, records + 1, what);
    }

    /** Octets of the file from {@link #end} on. */
    private byte[] take(int count) throws IOException {
        int from = (int) (end - windowAt);
        if (from < 0 || from > window.length - count) {
            window = new byte[(int) Math.min(length - end, Math.max(count, WINDOW))];
            windowAt = end;
            from = 0;
            file.read(end, window);
        }
        return Arrays.copyOfRange(window, from, from + count);
    }

    /** Whether some part of the content that lies within one sector of the disk is all zero. */
    private static boolean hasZeroSector(long place, byte[] content) {
        int from = 0;
        while (from < content.length) {
            int to = (int) Math.min(content.length, from + SECTOR - (place + from) % SECTOR);
            if (to - from >= 4 && isZero(content, from, to)) {
                return true;
            }
            from = to;
        }
        return false;
    }

    private static boolean isZero(byte[] content, int from, int to) {
        for (int i = from; i < to; i++) {
            if (content[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
