package org.metermint.secure.internal.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.internal.Aead;
import org.metermint.secure.internal.DurableFiles;

/** Finds out where a record ends, verifying what it reads on the way, and leaves it ready for the next frame. */
final class RecordOpening {
    final RecordDirectory directory;
    final JournalFile.Opener opener;
    final Aead cipher;
    private final UUID module;

    /** One segment whose results are kept. */
    private record Open(int number, Path path, SegmentHeader header) {}

    private final List<Open> segments = new ArrayList<>();
    private @Nullable JournalFile newestFile;
    private @Nullable SigningKey signingKey;
    private @Nullable KeptSegments kept;

    Journal.@Nullable TornTail tornTail;

    long end;
    byte[] chainHash = new byte[0];
    byte[] recordHash = new byte[0];
    long records;
    Instant time = Instant.EPOCH;

    RecordOpening(RecordDirectory directory, JournalFile.Opener opener, Aead cipher, UUID module) {
        this.directory = directory;
        this.opener = opener;
        this.cipher = cipher;
        this.module = module;
    }

    SegmentHeader newest() {
        return segments.getLast().header;
    }

    JournalFile newestFile() {
        return Objects.requireNonNull(newestFile);
    }

    SigningKey signingKey() {
        return Objects.requireNonNull(signingKey);
    }

    KeptSegments kept() {
        return Objects.requireNonNull(kept);
    }

    void run(UnaryOperator<Instant> keptSince, Journal.Replay replay)
            throws IOException, SecurityModuleException, RecordDamage {
        findSegments(keptSince);
        int oldest = segments.getFirst().number;
        kept = new KeptSegments(directory, oldest - 1);
        for (int i = 0; i < segments.size() - 1; i++) {
            readEarlier(segments.get(i), segments.get(i + 1), replay);
        }
        newestFile = opener.open(segments.getLast().path);
        readNewest(segments.getLast(), newestFile, replay);
        directory.tidy(segments.getLast().number);
    }

    /** Finds the newest segment, and those before it whose results are kept. */
    private void findSegments(UnaryOperator<Instant> keptSince) throws IOException, RecordDamage {
        List<Integer> numbers = directory.segments();
        if (numbers.isEmpty()) {
            throw new RecordDamage(directory.segment(1), 0, 1, "the file is missing");
        }
        Instant since = Instant.MAX;
        for (int number : numbers.reversed()) {
            if (!segments.isEmpty()) {
                Open later = segments.getFirst();
                if (later.header.time.isBefore(since) || segments.size() == Journal.SEGMENTS - 1) {
                    return;
                }
                if (number != later.number - 1) {
                    throw new RecordDamage(
                            directory.segment(later.number - 1),
                            0,
                            later.header.firstRecord - 1,
                            "the file is missing");
                }
            }
            Open found = header(number);
            if (found.header.pruned && !segments.isEmpty()) {
                return; // its results are gone, whatever is asked for now
            }
            if (segments.isEmpty()) {
                since = keptSince.apply(found.header.time);
            }
            segments.addFirst(found);
        }
    }

    private Open header(int number) throws IOException, RecordDamage {
        Path path = directory.segment(number);
        try (JournalFile file = opener.open(path)) {
            SegmentHeader header = SegmentHeader.read(path, file, 0);
            if (!header.module.equals(module)) {
                throw new RecordDamage(
                        path,
                        0,
                        header.firstRecord,
                        "it belongs to another security module than the vending keys beside it");
            }
            if (header.segment != number) {
                throw new RecordDamage(path, 0, header.firstRecord, "it is segment " + header.segment);
            }
            SigningKey key = header.open(cipher);
            if (key == null) {
                throw new RecordDamage(
                        path,
                        0,
                        header.firstRecord,
                        "its header was not written by this module, or was edited with its checksum");
            }
            if (signingKey != null && !Arrays.equals(key.publicKey(), signingKey.publicKey())) {
                throw new RecordDamage(path, 0, header.firstRecord, "it has another public key than the next one");
            }
            signingKey = key;
            return new Open(number, path, header);
        }
    }

    private void readEarlier(Open segment, Open next, Journal.Replay replay)
            throws IOException, SecurityModuleException, RecordDamage {
        try (JournalFile file = opener.open(segment.path)) {
            FrameReader frames = new FrameReader(segment.path, file, segment.header);
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                long number = frame.head.firstRecord();
                for (Frame.Clear line : frame.lines(segment.path)) {
                    replay.earlier(
                            Journal.place(segment.number, frame.place),
                            new Journal.Entry(number++, frame.head.time(), line.octets));
                }
            }
            requireJoin(segment.path, frames, next.path, next.header);
            kept().add(segment.number, frames.time());
        }
    }

    /** That a segment ends where the next one says that it begins. */
    static void requireJoin(Path path, FrameReader frames, Path nextPath, SegmentHeader next) throws RecordDamage {
        if (frames.end() != frames.length()) {
            throw new RecordDamage(
                    path,
                    frames.end(),
                    frames.records() + 1,
                    "the file ends in the middle of record " + (frames.records() + 1) + ", and another follows it");
        }
        if (next.firstRecord != frames.records() + 1) {
            throw new RecordDamage(
                    nextPath,
                    0,
                    Math.min(next.firstRecord, frames.records() + 1),
                    "it begins with record " + next.firstRecord + ", and the file before it ends with record "
                            + frames.records());
        }
        if (!Arrays.equals(next.previous, frames.chainHash())) {
            throw new RecordDamage(
                    nextPath, 0, next.firstRecord, "it does not follow the file before it: their chain hashes differ");
        }
        if (next.time.isBefore(frames.time())) {
            throw new RecordDamage(
                    nextPath, 0, next.firstRecord, "it is of " + next.time + ", before the record before it");
        }
    }

    private void readNewest(Open segment, JournalFile file, Journal.Replay replay)
            throws IOException, SecurityModuleException, RecordDamage {
        restore(segment, replay);
        FrameReader frames = new FrameReader(segment.path, file, segment.header);
        for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
            long number = frame.head.firstRecord();
            if (frame.open(cipher) == null) {
                throw new RecordDamage(
                        segment.path,
                        frame.place,
                        number,
                        "the frame of record " + number
                                + " was not written by this module, or was edited with its checksums");
            }
            for (Frame.Clear line : frame.lines(segment.path)) {
                replay.newest(
                        Journal.place(segment.number, frame.place),
                        new Journal.Entry(number++, frame.head.time(), line.octets));
            }
        }
        end = frames.end();
        chainHash = frames.chainHash();
        recordHash = frames.lastFrame() < 0 ? segment.header.previous : chainHash;
        records = frames.records();
        time = frames.time();
        cutTornTail(segment, file, frames);
        settle(file, frames);
    }

    private void restore(Open segment, Journal.Replay replay)
            throws IOException, SecurityModuleException, RecordDamage {
        if (Arrays.equals(segment.header.checkpoint, SegmentHeader.NO_CHECKPOINT)) {
            return;
        }
        Path path = directory.checkpoint(segment.number);
        if (!Files.exists(path)) {
            throw new RecordDamage(path, 0, segment.header.firstRecord, "the file is missing");
        }
        byte[] checkpoint = Files.readAllBytes(path);
        if (!Arrays.equals(Sha256.of(checkpoint), segment.header.checkpoint)) {
            throw new RecordDamage(path, 0, segment.header.firstRecord, "the file was edited or damaged");
        }
        replay.restore(checkpoint);
    }

    /** Sets aside and cuts off what follows the last whole frame. */
    private void cutTornTail(Open segment, JournalFile file, FrameReader frames) throws IOException {
        if (frames.length() == end) {
            return;
        }
        byte[] tail = new byte[(int) (frames.length() - end)];
        file.read(end, tail);
        Path aside = segment.path.resolveSibling(segment.path.getFileName() + ".torn-at-" + end);
        Files.deleteIfExists(aside);
        DurableFiles.create(aside, tail);
        file.truncate(end);
        tornTail = new Journal.TornTail(segment.path, end, tail.length);
    }

    /**
     * Makes durable what was read. After a sync that failed, a system may hold frames in memory that it no longer means
     * to write; writing the last one again makes it.
     */
    private void settle(JournalFile file, FrameReader frames) throws IOException {
        if (frames.lastFrame() >= 0) {
            byte[] frame = new byte[(int) (end - frames.lastFrame())];
            file.read(frames.lastFrame(), frame);
            file.write(frames.lastFrame(), frame);
        }
        file.sync();
    }

    void close() throws IOException {
        if (newestFile != null) {
            newestFile.close();
        }
    }
}
