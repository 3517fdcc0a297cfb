package org.metermint.secure.internal.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.internal.Aead;

/**
 * Reads a record from its files, segment by segment, and verifies the chain as it goes. It needs no key and no lock, and changes
 * nothing; a module may be writing at the end.
 */
public final class RecordReader implements AutoCloseable {
    private final RecordDirectory directory;
    private final List<Integer> segments;
    private int index;
    private @Nullable Aead cipher;

    private Path path;
    private JournalFile file;
    private SegmentHeader header;
    private FrameReader frames;

    /** Some records that lie in one frame, without what is secret of them. */
    public static final class Records {
        private final Path path;
        private final Frame frame;
        private final List<Frame.Clear> lines;

        private Records(Path path, Frame frame) throws RecordDamage {
            this.path = path;
            this.frame = frame;
            this.lines = frame.lines(path);
        }

        public Path file() {
            return path;
        }

        /** The octet of the file at which their frame begins. */
        public long place() {
            return frame.place;
        }

        public long firstRecord() {
            return frame.head.firstRecord();
        }

        public long lastRecord() {
            return frame.head.lastRecord();
        }

        public Instant time() {
            return frame.head.time();
        }

        /** The clear parts, in order. */
        public List<byte[]> clear() {
            return lines.stream().map(line -> line.octets).toList();
        }

        /** The chain hash before the frame. */
        public byte[] before() {
            return frame.before.clone();
        }

        /** The chain hash after it: it stands for these records and all before them. */
        public byte[] after() {
            return frame.after.clone();
        }

        /** Damage that begins with one of these records. */
        public RecordDamage damage(long record, String what) {
            return new RecordDamage(path, frame.place, record, what);
        }

        /** The secret parts, in order; null if they were dropped, or not written with this key. */
        public @Nullable List<byte[]> secret(Aead cipher) {
            byte[] secrets = frame.open(cipher);
            if (secrets == null) {
                return null;
            }
            int[] at = new int[1];
            return lines.stream()
                    .map(line -> Arrays.copyOfRange(secrets, at[0], at[0] += line.secretOctets))
                    .toList();
        }
    }

    private RecordReader(RecordDirectory directory, List<Integer> segments, int index)
            throws IOException, RecordDamage {
        this.directory = directory;
        this.segments = segments;
        this.index = index;
        int number = segments.get(index);
        this.path = directory.segment(number);
        this.file = JournalFile.openToRead(path);
        try {
            this.header = SegmentHeader.read(path, file, index == 0 ? 1 : 0);
            requireNumber(number);
            this.frames = new FrameReader(path, file, header);
        } catch (IOException | RecordDamage | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Begins with the first segment there is.
     *
     * @throws RecordDamage if there is none, or it cannot be read
     */
    public static RecordReader open(Path directory) throws IOException, RecordDamage {
        RecordDirectory files = new RecordDirectory(directory);
        List<Integer> segments = files.segments();
        if (segments.isEmpty()) {
            throw new RecordDamage(files.segment(1), 0, 1, "the file is missing");
        }
        return new RecordReader(files, segments, 0);
    }

    /** Begins with the last segment that has no record of this instant or later before it. */
    public static RecordReader openBefore(Path directory, Instant instant) throws IOException, RecordDamage {
        RecordDirectory files = new RecordDirectory(directory);
        List<Integer> segments = files.segments();
        for (int i = segments.size() - 1; i > 0; i--) {
            try (RecordReader reader = new RecordReader(files, segments, i)) {
                if (reader.header.time.isBefore(instant)) {
                    return new RecordReader(files, segments, i);
                }
            }
        }
        return open(directory);
    }

    /** Has every header and every frame that still has its results held against the key of the record too. */
    public RecordReader verifiedWith(Aead key) throws RecordDamage {
        this.cipher = key;
        requireAuthentic();
        return this;
    }

    /** The records of the next frame; null at the end, or before what a crash or a writer at work left unfinished. */
    public @Nullable Records next() throws IOException, RecordDamage {
        Frame frame = frames.next();
        while (frame == null) {
            if (index == segments.size() - 1) {
                return null;
            }
            nextSegment();
            frame = frames.next();
        }
        if (cipher != null && !header.pruned && frame.open(cipher) == null) {
            throw new RecordDamage(
                    path,
                    frame.place,
                    frame.head.firstRecord(),
                    "the frame of record " + frame.head.firstRecord() + " was not written by the module");
        }
        return new Records(path, frame);
    }

    private void nextSegment() throws IOException, RecordDamage {
        int number = segments.get(index + 1);
        Path nextPath = directory.segment(number);
        if (number != header.segment + 1) {
            throw new RecordDamage(
                    directory.segment(header.segment + 1), 0, frames.records() + 1, "the file is missing");
        }
        JournalFile next = JournalFile.openToRead(nextPath);
        file.close();
        file = next;
        SegmentHeader before = header;
        FrameReader ended = frames;
        Path endedPath = path;
        header = SegmentHeader.read(nextPath, next, ended.records() + 1);
        path = nextPath;
        index++;
        requireNumber(number);
        RecordOpening.requireJoin(endedPath, ended, nextPath, header);
        if (!header.module.equals(before.module) || !Arrays.equals(header.publicKey, before.publicKey)) {
            throw new RecordDamage(
                    nextPath, 0, header.firstRecord, "it belongs to another module, or another public key");
        }
        requireAuthentic();
        frames = new FrameReader(path, file, header);
    }

    private void requireNumber(int number) throws RecordDamage {
        if (header.segment != number) {
            throw new RecordDamage(path, 0, header.firstRecord, "it is segment " + header.segment);
        }
    }

    private void requireAuthentic() throws RecordDamage {
        if (cipher != null && header.open(cipher) == null) {
            throw new RecordDamage(path, 0, header.firstRecord, "its header was not written by the module");
        }
    }

    /**
     * Holds the checkpoint of the newest segment, at the end of reading, against the hash in its header. A module at work
     * may have begun another segment since reading began, and removed the checkpoint of this one.
     */
    public void requireCheckpoint() throws IOException, RecordDamage {
        if (Arrays.equals(header.checkpoint, SegmentHeader.NO_CHECKPOINT)) {
            return;
        }
        Path checkpoint = directory.checkpoint(header.segment);
        try {
            if (!Arrays.equals(Sha256.of(Files.readAllBytes(checkpoint)), header.checkpoint)) {
                throw new RecordDamage(checkpoint, 0, header.firstRecord, "the file was edited or damaged");
            }
        } catch (NoSuchFileException e) {
            if (directory.segments().getLast() == header.segment) {
                throw new RecordDamage(checkpoint, 0, header.firstRecord, "the file is missing");
            }
        }
    }

    public UUID module() {
        return header.module;
    }

    public byte[] publicKey() {
        return header.publicKey.clone();
    }

    /** How many segments there were when reading began. */
    public int segments() {
        return segments.size();
    }

    /** The file being read. */
    public Path file() {
        return path;
    }

    /** The number of the first record of the present segment. */
    public long firstRecord() {
        return header.firstRecord;
    }

    /** The chain hash before the present segment: that of the last record before it, zero if there is none. */
    public byte[] before() {
        return header.previous.clone();
    }

    /** The number of the last record read. */
    public long lastRecord() {
        return frames.records();
    }

    /** The time of the last record read. */
    public Instant time() {
        return frames.time();
    }

    /** The octet of the file at which the last whole frame ends. */
    public long end() {
        return frames.end();
    }

    /** How many octets follow the last whole frame. */
    public long unfinishedOctets() {
        return frames.length() - frames.end();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
