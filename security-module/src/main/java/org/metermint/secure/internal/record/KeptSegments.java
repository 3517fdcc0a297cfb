package org.metermint.secure.internal.record;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.internal.DurableFiles;

/**
 * The segments before the newest: those whose results are kept are read when a message id is repeated, those older are
 * pruned. A pruned segment has the hash of its results in their place, so that everything else in it can be verified as
 * before.
 */
public final class KeptSegments implements AutoCloseable {
    private final RecordDirectory directory;
    private final JournalFile.Opener opener;

    /** The kept segments, each with the time at which the next one begins. */
    private final NavigableMap<Integer, Instant> ends = new TreeMap<>();

    private final Map<Integer, JournalFile> open = new HashMap<>();
    /** The greatest number of which the results are dropped. */
    private int dropped;

    KeptSegments(RecordDirectory directory, JournalFile.Opener opener, int dropped) {
        this.directory = directory;
        this.opener = opener;
        this.dropped = dropped;
    }

    synchronized void add(int segment, JournalFile file, Instant end) {
        ends.put(segment, end);
        open.put(segment, file);
    }

    /** The file of a segment, null if its results are not kept. */
    synchronized @Nullable JournalFile file(int segment) throws IOException {
        if (!ends.containsKey(segment)) {
            return null;
        }
        JournalFile file = open.get(segment);
        if (file == null) {
            file = opener.open(directory.segment(segment));
            open.put(segment, file);
        }
        return file;
    }

    /** Forgets the results of segments that ended before an instant; returns the oldest segment that is kept. */
    public synchronized int forgetBefore(Instant keptSince) throws IOException {
        while (!ends.isEmpty() && ends.firstEntry().getValue().isBefore(keptSince)) {
            int segment = ends.firstKey();
            ends.remove(segment);
            dropped = segment;
            JournalFile file = open.remove(segment);
            if (file != null) {
                file.close();
            }
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

    @Override
    public synchronized void close() throws IOException {
        IOException failure = null;
        for (JournalFile file : open.values()) {
            try {
                file.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        open.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
