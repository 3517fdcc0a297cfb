package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * A file of which one version holds at a time, and the record of the module says which: an older copy put back is
 * refused.
 *
 * <p>A new version takes three steps. It lies beside the old one, durably; an event with its mark stands in the record,
 * durably; it is renamed over the old one. After a crash the record tells which of the two holds, and opening takes the
 * last step if it is missing.
 */
final class RecordedFile {
    private final Path path;
    private final String fact;
    private final EventKind adopted;
    private final Set<EventKind> kinds;
    private final Marks marks;
    private @Nullable Trail trail;
    private boolean undecided;

    /** Tells versions apart. */
    @FunctionalInterface
    interface Marks {
        /**
         * The mark of a version.
         *
         * @throws SecurityModuleException if the file is none of this module, or was edited
         */
        String of(Path file) throws IOException, SecurityModuleException;
    }

    /**
     * @param fact of an event that has the mark
     * @param adopted the event that records a version which was there before the record named any
     * @param others further events that record a version, all of them with the fact
     */
    RecordedFile(Path path, String fact, EventKind adopted, Set<EventKind> others, Marks marks) {
        this.path = path;
        this.fact = fact;
        this.adopted = adopted;
        this.kinds = EnumSet.of(adopted);
        this.kinds.addAll(others);
        this.marks = marks;
    }

    Path path() {
        return path;
    }

    /**
     * Finds the version that holds and puts it in its place. What the record has never named is taken as it is, and named.
     *
     * @throws SecurityModuleException of kind CORRUPT if it is not there
     */
    void settle(Trail record) throws IOException, SecurityModuleException {
        trail = record;
        Optional<RecordedEvent> last = lastVersion(record);
        if (last.isEmpty()) {
            Files.deleteIfExists(DurableFiles.prepared(path));
            if (Files.exists(path)) {
                record.event(new AuditEvent(adopted, AuditEvent.MODULE, Map.of(fact, marks.of(path))));
            }
            return;
        }
        String mark = mark(last.get());
        if (isVersion(path, mark)) {
            Files.deleteIfExists(DurableFiles.prepared(path)); // of a change that never came to hold
        } else if (isVersion(DurableFiles.prepared(path), mark)) {
            DurableFiles.commit(path);
        } else {
            throw replaced(last.get());
        }
    }

    private Optional<RecordedEvent> lastVersion(Trail record) {
        return kinds.stream()
                .flatMap(kind -> record.lastEvent(kind).stream())
                .max(Comparator.comparingLong(RecordedEvent::record));
    }

    private String mark(RecordedEvent event) {
        return event.event().facts().getOrDefault(fact, "");
    }

    private boolean isVersion(Path file, String mark) throws IOException {
        try {
            return Files.exists(file) && marks.of(file).equals(mark);
        } catch (SecurityModuleException e) {
            return false; // whatever it is, it is not the version that was recorded whole
        }
    }

    private SecurityModuleException replaced(RecordedEvent last) {
        String what = Files.exists(path) ? "is another version than" : "is missing, and was there at";
        return new SecurityModuleException(
                Kind.CORRUPT,
                path + " " + what + " record " + last.record() + " of " + last.time() + " ("
                        + last.event().kind()
                        + " by " + last.event().who() + "): a copy was put in its place. Bring back the version of"
                        + " that record; if there is none, restore a backup into a new directory");
    }

    /**
     * Makes a new version the one that holds; if this throws, the old one does.
     *
     * @throws SecurityModuleException of kind UNAVAILABLE
     */
    void replace(byte[] content, String mark, AuditEvent event) throws SecurityModuleException {
        if (undecided) {
            throw unavailable(
                    "a change of " + name() + " was recorded and could not be finished; restart to finish it");
        }
        try {
            DurableFiles.prepare(path, content);
        } catch (IOException e) {
            throw unavailable(name() + " could not be replaced, and the old version holds; is the disk full?", e);
        }
        Map<String, String> facts = new TreeMap<>(event.facts());
        facts.put(fact, mark);
        Objects.requireNonNull(trail, "settled at opening").event(new AuditEvent(event.kind(), event.who(), facts));
        try {
            DurableFiles.commit(path);
        } catch (IOException e) {
            undecided = true;
            throw unavailable(name() + " was written and not put in place; restart to finish it", e);
        }
    }

    private String name() {
        return String.valueOf(path.getFileName());
    }

    private static SecurityModuleException unavailable(String message) {
        return new SecurityModuleException(Kind.UNAVAILABLE, message);
    }

    private static SecurityModuleException unavailable(String message, IOException cause) {
        return new SecurityModuleException(Kind.UNAVAILABLE, message, cause);
    }
}
