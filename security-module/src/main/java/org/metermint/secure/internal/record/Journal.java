package org.metermint.secure.internal.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.internal.Aead;
import org.metermint.secure.internal.DurableFiles;

/**
 * The record as a module writes it: an append-only chain of frames in segments, on the disk before {@link #append}
 * returns. What may be known by whoever inspects the module stands in clear, and is chained, so that anybody can verify
 * the record without a secret; what is worth money, the tokens, is encrypted, and can be dropped after a while without
 * breaking the chain. {@link SegmentHeader} and {@link Frame} have the format.
 *
 * <p>Opening reads the newest segment, what had come of the others from its checkpoint, and the segments before it whose
 * results are kept. A torn write at the end is set aside and cut off, see {@link FrameReader}; any other deviation is damage
 * to something that was acknowledged, and the record refuses to open. What no file can tell is that the newest frames
 * or segments are missing; an {@linkplain org.metermint.secure.AuditAnchor anchor} outside can.
 */
public final class Journal implements AutoCloseable {
    /** How many bits of a place are the offset in its segment. */
    static final int OFFSET_BITS = 27;
    /** How many segments back a place can point. */
    static final int SEGMENTS = 1 << 17;

    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final int ROLL_RETRY_OCTETS = 1 << 20;

    /** A record on its way in. */
    public interface Line {
        /** At most how many octets {@link #put} writes, into both together. */
        int maxOctets();

        /** Writes what everybody may read, and what stays secret: at most 65,535 and 255 octets. */
        void put(ByteBuffer clear, ByteBuffer secret);
    }

    /** A record as it is read. */
    public static final class Entry {
        private final long number;
        private final Instant time;
        private final byte[] clear;

        Entry(long number, Instant time, byte[] clear) {
            this.number = number;
            this.time = time;
            this.clear = clear;
        }

        /** Its place among all records of the module, from 1. */
        public long number() {
            return number;
        }

        public Instant time() {
            return time;
        }

        /** What everybody may read of it. */
        public byte[] clear() {
            return clear;
        }
    }

    /** Receives the records at opening, in their order. */
    public interface Replay {
        /** A record of an earlier segment, whose effects are in the checkpoint. */
        void earlier(long place, Entry entry) throws SecurityModuleException;

        /** What had come of all records before the newest segment; not called if there are none. */
        void restore(byte[] checkpoint) throws SecurityModuleException;

        /** A record of the newest segment. */
        void newest(long place, Entry entry) throws SecurityModuleException;
    }

    private record Active(SegmentHeader header, JournalFile file) {}

    private final RecordDirectory directory;
    private final JournalFile.Opener opener;
    private final Aead cipher;
    private final FrameWriter writer;
    private final SigningKey signingKey;
    private final KeptSegments kept;
    private final @Nullable TornTail tornTail;

    /** The segment that grows. Replaced by the appending thread, read by any. */
    private volatile Active active;

    private long end;
    private long rollNotBefore;
    // written by the appending thread, read by any
    private volatile byte[] chainHash;
    /** The chain hash of the last frame, whatever header follows it. */
    private volatile byte[] recordHash;

    private volatile long records;
    private volatile Instant time;
    private volatile @Nullable Throwable failure;

    /** What a crash left of a write that was never answered. */
    public record TornTail(Path file, long place, long octets) {}

    private Journal(RecordOpening opening) {
        this.directory = opening.directory;
        this.opener = opening.opener;
        this.cipher = opening.cipher;
        this.writer = new FrameWriter(cipher);
        this.signingKey = opening.signingKey();
        this.active = new Active(opening.newest(), opening.newestFile());
        this.kept = opening.kept();
        this.tornTail = opening.tornTail;
        this.end = opening.end;
        this.chainHash = opening.chainHash;
        this.recordHash = opening.recordHash;
        this.records = opening.records;
        this.time = opening.time;
    }

    /**
     * Makes an empty record; a directory of the same name without any record in it is replaced.
     *
     * @param checkpoint what comes with the module from an earlier life; null for a new one
     */
    public static void create(Path directory, UUID module, Aead cipher, Instant now, byte @Nullable [] checkpoint)
            throws IOException {
        DurableFiles.createDirectory(directory);
        RecordDirectory files = new RecordDirectory(directory);
        if (checkpoint != null) {
            DurableFiles.replace(files.checkpoint(1), checkpoint);
        }
        SegmentHeader first = SegmentHeader.write(
                1,
                module,
                1,
                now,
                new byte[Sha256.OCTETS],
                checkpoint == null ? SegmentHeader.NO_CHECKPOINT : Sha256.of(checkpoint),
                SigningKey.generate(),
                cipher);
        DurableFiles.replace(files.segment(1), first.octets());
    }

    /** Whether a directory holds no record, or one that nothing was written into. */
    public static boolean isEmpty(Path directory) throws IOException {
        RecordDirectory files = new RecordDirectory(directory);
        List<Integer> segments = files.segments();
        return segments.isEmpty()
                || (segments.equals(List.of(1)) && Files.size(files.segment(1)) <= SegmentHeader.OCTETS);
    }

    /** Whether a directory holds a record. */
    public static boolean exists(Path directory) throws IOException {
        return !new RecordDirectory(directory).segments().isEmpty();
    }

    /**
     * Opens a record and gives what is in it to the replay.
     *
     * @param keptSince gives for the time at which the newest segment begins the instant since when results are kept:
     *     segments that ended before are not read
     * @throws SecurityModuleException of kind CORRUPT, with file and place, or NEWER_FORMAT
     */
    public static Journal open(
            Path directory,
            JournalFile.Opener opener,
            Aead cipher,
            UUID module,
            UnaryOperator<Instant> keptSince,
            Replay replay)
            throws IOException, SecurityModuleException {
        RecordOpening opening = new RecordOpening(new RecordDirectory(directory), opener, cipher, module);
        try {
            opening.run(keptSince, replay);
            return new Journal(opening);
        } catch (RecordDamage e) {
            opening.close();
            throw e.refusal();
        } catch (IOException | SecurityModuleException | RuntimeException e) {
            opening.close();
            throw e;
        }
    }

    /** The place at an offset of a segment; places of later frames are greater. */
    public static long place(int segment, long offset) {
        return (long) segment << OFFSET_BITS | offset;
    }

    /**
     * Appends records and returns when they are on the disk; all of them, or none. The caller appends from one thread at
     * a time.
     *
     * @param time of the records, to the millisecond, not before that of the last one
     * @param clock what the clock of the module shows
     * @return the place of their frame
     * @throws IOException if they may not be on the disk. If the file could be brought back to where it was, the next
     *     call may succeed; otherwise all further calls fail until the record is opened anew.
     */
    public long append(Instant time, Instant clock, List<? extends Line> lines) throws IOException {
        if (failure != null) {
            throw new IOException("the journal failed before and must be opened anew", failure);
        }
        if (time.isBefore(this.time)) {
            throw new IllegalArgumentException("a record of " + time + " cannot follow one of " + this.time);
        }
        byte[] frame = writer.seal(chainHash, records + 1, time, clock, lines);
        if (end + frame.length > OFFSET_MASK) {
            throw new IOException("the segment is full, and no new one could be begun");
        }
        JournalFile file = active.file;
        long last = records + lines.size();
        long place = place(active.header.segment, end);
        try {
            file.write(end, frame);
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
        try {
            file.sync();
        } catch (IOException | RuntimeException | Error e) {
            failure = e; // what lies on the disk is unknown until it is read again
            throw e;
        }
        end += frame.length;
        chainHash = Arrays.copyOfRange(frame, frame.length - Sha256.OCTETS, frame.length);
        recordHash = chainHash;
        records = last;
        this.time = time;
        return place;
    }

    private void takeBack(IOException cause) {
        try {
            active.file.truncate(end);
            active.file.sync();
        } catch (IOException e) {
            cause.addSuppressed(e);
            failure = cause;
        }
    }

    /** Whether the next frame, of this time, should begin a segment: the present one is full, or of another day. */
    public boolean isRollDue(Instant time, long segmentOctets) {
        boolean empty = end == SegmentHeader.OCTETS;
        boolean anotherDay = !time.truncatedTo(ChronoUnit.DAYS).equals(active.header.time.truncatedTo(ChronoUnit.DAYS));
        return !empty && end >= rollNotBefore && (end >= segmentOctets || anotherDay);
    }

    /**
     * Begins a new segment; called from the appending thread.
     *
     * @param checkpoint what has come of all records so far
     * @throws IOException if there is none; then the present one goes on, and after a while the next try is due
     */
    public void roll(Instant time, byte[] checkpoint) throws IOException {
        SegmentHeader before = active.header;
        int number = before.segment + 1;
        SegmentHeader next = SegmentHeader.write(
                number, before.module, records + 1, time, chainHash, Sha256.of(checkpoint), signingKey, cipher);
        rollNotBefore = end + ROLL_RETRY_OCTETS;
        JournalFile ended;
        try {
            DurableFiles.replace(directory.checkpoint(number), checkpoint);
            DurableFiles.replace(directory.segment(number), next.octets());
            JournalFile opened = opener.open(directory.segment(number));
            kept.add(before.segment, this.time);
            ended = active.file;
            active = new Active(next, opened);
        } catch (IOException | RuntimeException e) {
            if (Files.exists(directory.segment(number))) {
                failure = e; // the new segment stands on the disk: nothing may follow in the old one
            }
            throw e;
        }
        end = SegmentHeader.OCTETS;
        chainHash = next.hash;
        this.time = time;
        rollNotBefore = 0;
        ended.close();
        Files.deleteIfExists(directory.checkpoint(before.segment));
    }

    /** Some records that lie in one frame. */
    public record Content(long firstRecord, Instant time, List<byte[]> clear, List<byte[]> secret) {}

    /**
     * The records of the frame at a place that {@link #append} or the replay gave; null if their results are no longer
     * kept.
     */
    public @Nullable Content read(long place) throws IOException, SecurityModuleException {
        Active growing = active;
        int newest = growing.header.segment;
        int segment = newest - Math.floorMod(newest - (int) (place >>> OFFSET_BITS), SEGMENTS);
        Path path = directory.segment(segment);
        long offset = place & OFFSET_MASK;
        if (segment == newest) {
            try {
                return read(path, growing.file, offset);
            } catch (RecordDamage e) {
                throw e.refusal();
            } catch (IOException e) {
                if (active.header.segment == newest) {
                    throw e;
                }
                // the segment ended, and its file was closed, while it was read
            }
        }
        return kept.contains(segment) ? readEnded(segment, path, offset) : null;
    }

    private @Nullable Content readEnded(int segment, Path path, long offset)
            throws IOException, SecurityModuleException {
        try (JournalFile source = opener.open(path)) {
            return read(path, source, offset);
        } catch (RecordDamage e) {
            if (kept.contains(segment)) {
                throw e.refusal();
            }
            return null; // its results were dropped meanwhile, and their places with them
        } catch (IOException e) {
            if (kept.contains(segment)) {
                throw e;
            }
            return null;
        }
    }

    private Content read(Path path, JournalFile source, long offset) throws IOException, RecordDamage {
        byte[] start = new byte[Sha256.OCTETS + Frame.HEAD]; // a chain hash stands before every frame
        source.read(offset - Sha256.OCTETS, start);
        byte[] before = Arrays.copyOf(start, Sha256.OCTETS);
        byte[] headOctets = Arrays.copyOfRange(start, Sha256.OCTETS, start.length);
        Frame.Head head = Frame.Head.of(headOctets);
        if (!head.isIntact(headOctets)) {
            throw new RecordDamage(
                    path, offset, 0, "the head of a frame was edited or damaged while the record was open");
        }
        byte[] octets = new byte[head.size(false)];
        source.read(offset, octets);
        Frame frame = new Frame(offset, before, octets, false);
        byte[] secrets = frame.open(cipher);
        if (secrets == null) {
            throw new RecordDamage(
                    path,
                    offset,
                    head.firstRecord(),
                    "the frame of record " + head.firstRecord() + " was edited or damaged while the record was open");
        }
        List<byte[]> clear = new ArrayList<>(head.records());
        List<byte[]> secret = new ArrayList<>(head.records());
        int at = 0;
        for (Frame.Clear line : frame.lines(path)) {
            clear.add(line.octets);
            secret.add(Arrays.copyOfRange(secrets, at, at + line.secretOctets));
            at += line.secretOctets;
        }
        return new Content(head.firstRecord(), head.time(), clear, secret);
    }

    /** The number of the last record. */
    public long records() {
        return records;
    }

    /** The chain hash that stands for the last record and all before it. */
    public byte[] recordHash() {
        return recordHash.clone();
    }

    /** The time of the last record. */
    public Instant time() {
        return time;
    }

    /** What opening found at the end, set aside and cut off; null if there was nothing. */
    public @Nullable TornTail tornTail() {
        return tornTail;
    }

    /** Whether a failed write has stopped the record for good. */
    public boolean failed() {
        return failure != null;
    }

    /** The key pair of the module. */
    public SigningKey signingKey() {
        return signingKey;
    }

    /** The segments whose results are kept, and what is done with the others. */
    public KeptSegments kept() {
        return kept;
    }

    @Override
    public void close() throws IOException {
        active.file.close();
    }
}
