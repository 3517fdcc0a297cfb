package org.metermint.secure.internal.record;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.metermint.secure.internal.DurableFiles;

/**
 * The segments before the newest: those whose results are kept are read when a message id is repeated, those older are
 * pruned. A pruned segment has the hash of its results in their place, so that everything else in it can be verified as
 * before.
 */
public final class KeptSegments {
    private final RecordDirectory directory;

    /** The kept segments, each with the time of its last record. */
    private final NavigableMap<Integer, Instant> ends = new TreeMap<>();

    /** The greatest number of which the results are dropped. */
    private int dropped;

    KeptSegments(RecordDirectory directory, int dropped) {
        this.directory = directory;
        this.dropped = dropped;
    }

    synchronized void add(int segment, Instant end) {
        ends.put(segment, end);
    }

    /** Whether the results of a segment are kept. */
    synchronized boolean contains(int segment) {
        return ends.containsKey(segment);
    }

    /** Forgets the results of segments that ended before an instant; returns the oldest segment that is kept. */
    public synchronized int forgetBefore(Instant keptSince) {
        while (!ends.isEmpty() && ends.firstEntry().getValue().isBefore(keptSince)) {
            dropped = ends.pollFirstEntry().getKey();
        }
        return dropped + 1;
    }

    /** Drops from the disk what is forgotten; returns how many segments were pruned. */
    public int prune() throws IOException, RecordDamage {
        int last;
        synchronized (this) {
            last = dropped;
        }
        List<Integer> due = new ArrayList<>();
        for (int segment : directory.segments().reversed()) {
            if (segment > last) {
                continue;
            }
            if (isPruned(segment)) {
                break;
            }
            due.addFirst(segment);
        }
        // The oldest first, so that a crash leaves pruned segments before whole ones.
        for (int segment : due) {
            prune(segment);
        }
        return due.size();
    }

    private boolean isPruned(int segment) throws IOException, RecordDamage {
        try (JournalFile file = JournalFile.openToRead(directory.segment(segment))) {
            return SegmentHeader.read(directory.segment(segment), file, 0).pruned;
        }
    }

    private void prune(int segment) throws IOException, RecordDamage {
        try (JournalFile file = JournalFile.openToRead(directory.segment(segment))) {
            SegmentHeader header = SegmentHeader.read(directory.segment(segment), file, 0);
            FrameReader frames = new FrameReader(directory.segment(segment), file, header);
            DurableFiles.replace(directory.segment(segment), out -> {
                out.write(header.prunedOctets());
                try {
                    for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                        out.write(frame.prunedOctets());
                    }
                    if (frames.end() != frames.length()) {
                        throw new RecordDamage(
                                directory.segment(segment),
                                frames.end(),
                                frames.records() + 1,
                                "the file is cut short");
                    }
                } catch (RecordDamage e) {
                    throw new IOException("a damaged segment is left as it is", e);
                }
            });
        } catch (IOException e) {
            if (e.getCause() instanceof RecordDamage damage) {
                throw damage;
            }
            throw e;
        }
    }
}
