package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditAnchor;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.record.Journal;
import org.metermint.secure.internal.record.JournalFile;
import org.metermint.secure.internal.record.RecordDamage;
import org.metermint.secure.internal.record.SigningKey;
import org.metermint.token.BaseDate;
import org.metermint.token.MeterPan;

/**
 * The record of a module, with what has come of it in memory: where each message id stands, and the {@link
 * RegisterState}. {@link IssueRegister} decides what goes in, and lets one thread at a time do so; whatever is not marked
 * otherwise is for that thread.
 *
 * <p>What the module itself has to say waits for the next frame if the disk is full.
 */
final class RecordBook {
    /** A clock that is set to the second by a time server does not count as one set back. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    private final Journal journal;
    private final Clock clock;
    private final RecordSettings settings;
    private final TokenDigest digest;
    private final RegisterState state = new RegisterState();
    private final MessageIndex index = new MessageIndex(new SecureRandom());
    private final ReentrantLock indexLock = new ReentrantLock();

    /** Events that wait for the next frame. */
    private final List<AuditEvent> notices = new ArrayList<>();
    /** Whether the record says that the clock was set back, and it still is. */
    private boolean clockBehind;

    /** The last time that the record knew before it was opened, and when that was. */
    private final Instant knownTime;

    private final long openedNanos = System.nanoTime();

    private volatile long messages;
    private volatile Runnable rolled = () -> {};

    /** Opens the record in a directory, and notes that it was opened. */
    RecordBook(
            Path directory, JournalFile.Opener opener, Aead cipher, UUID module, Clock clock, RecordSettings settings)
            throws IOException, SecurityModuleException {
        this.clock = clock;
        this.settings = settings;
        this.digest = new TokenDigest(module);
        this.journal = Journal.open(directory, opener, cipher, module, this::keptSince, new Replay());
        this.knownTime = journal.time();
        this.messages = state.messages();
        Journal.TornTail torn = journal.tornTail();
        if (torn != null) {
            notices.add(new AuditEvent(
                    EventKind.TAIL_CUT,
                    AuditEvent.MODULE,
                    Map.of(
                            "file", String.valueOf(torn.file().getFileName()),
                            "place", Long.toString(torn.place()),
                            "octets", Long.toString(torn.octets()))));
        }
        notices.add(new AuditEvent(EventKind.OPENED, AuditEvent.MODULE, Map.of()));
        appendNotices();
    }

    /** Writes what the module itself has to say; what cannot be written now waits. */
    private void appendNotices() {
        try {
            append(moment(), List.of());
        } catch (IOException e) {
            // The notices stay; if the journal has failed for good, the status of the module says so.
        }
    }

    /** Reads the record at opening. */
    private final class Replay implements Journal.Replay {
        @Override
        public void earlier(long place, Journal.Entry entry) throws SecurityModuleException {
            understand(() -> enter(place, entry));
        }

        @Override
        public void restore(byte[] checkpoint) throws SecurityModuleException {
            understand(() -> state.decode(checkpoint));
        }

        @Override
        public void newest(long place, Journal.Entry entry) throws SecurityModuleException {
            understand(() -> {
                enter(place, entry);
                state.restore(entry);
            });
        }

        private void enter(long place, Journal.Entry entry) {
            if (!EventLine.isEvent(entry.clear())) {
                index.add(IssuedMessage.keyOf(entry.clear()), place);
            }
        }
    }

    private static void understand(Runnable reading) throws SecurityModuleException {
        try {
            reading.run();
        } catch (IllegalArgumentException e) {
            throw new SecurityModuleException(
                    Kind.CORRUPT, "a part of the record is authentic and cannot be read; report this as a bug", e);
        }
    }

    /** What a message id is bound to; for any thread. */
    Optional<IssuedMessage> find(MessageKey id) throws SecurityModuleException {
        long[] places;
        indexLock.lock();
        try {
            places = index.candidates(id);
        } finally {
            indexLock.unlock();
        }
        try {
            for (long place : places) {
                Journal.Content content = journal.read(place);
                if (content != null) {
                    Optional<IssuedMessage> found = find(id, content);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE, "the journal of issued tokens cannot be read; look at the disk it lies on", e);
        }
    }

    private static Optional<IssuedMessage> find(MessageKey id, Journal.Content content) throws SecurityModuleException {
        try {
            for (int i = 0; i < content.clear().size(); i++) {
                byte[] clear = content.clear().get(i);
                if (!EventLine.isEvent(clear) && IssuedMessage.keyOf(clear).equals(id)) {
                    long counter = content.firstRecord() + i;
                    return Optional.of(IssuedMessage.read(
                                    counter,
                                    content.time(),
                                    clear,
                                    content.secret().get(i))
                            .message());
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new SecurityModuleException(
                    Kind.CORRUPT, "a record of the journal is authentic and cannot be read; report this as a bug", e);
        }
    }

    /** What the clock shows, and the time of the records written now, which never decreases. */
    record Moment(Instant clock, Instant time) {}

    Moment moment() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Moment(now, now.isBefore(journal.time()) ? journal.time() : now);
    }

    /**
     * Writes one frame: what the module has to say, then messages.
     *
     * @return the messages as they are on the disk, with their counters
     * @throws IOException if they may not be there
     */
    List<IssuedMessage> append(Moment moment, List<IssuedMessage> made) throws IOException {
        noteClock(moment.clock);
        rollIfDue(moment.time);
        List<Journal.Line> lines = new ArrayList<>(notices.size() + made.size());
        for (AuditEvent event : notices) {
            lines.add(new EventLine(event));
        }
        for (IssuedMessage message : made) {
            lines.add(message.line(digest));
        }
        long place = journal.append(moment.time, moment.clock, lines);
        long number = journal.records() - lines.size();
        for (AuditEvent event : notices) {
            state.add(new RecordedEvent(++number, moment.time, event));
        }
        notices.clear();
        List<IssuedMessage> recorded = new ArrayList<>(made.size());
        for (IssuedMessage message : made) {
            IssuedMessage one = message.recorded(++number, moment.time);
            state.add(one);
            recorded.add(one);
        }
        enter(recorded, place);
        return recorded;
    }

    private void enter(List<IssuedMessage> recorded, long place) {
        indexLock.lock();
        try {
            for (IssuedMessage message : recorded) {
                index.add(message.key(), place);
            }
        } finally {
            indexLock.unlock();
        }
        messages = state.messages();
    }

    /**
     * Writes an event.
     *
     * @throws IOException if it may not be on the disk
     */
    RecordedEvent append(AuditEvent event) throws IOException {
        notices.add(event);
        try {
            append(moment(), List.of());
        } catch (IOException e) {
            notices.remove(event);
            throw e;
        }
        return state.lastEvent(event.kind()).orElseThrow();
    }

    /** Has the record say, once, that the clock was set back. */
    private void noteClock(Instant now) {
        boolean behind = now.plus(CLOCK_TOLERANCE).isBefore(journal.time());
        if (behind && !clockBehind) {
            notices.add(new AuditEvent(EventKind.CLOCK_SET_BACK, AuditEvent.MODULE, Map.of("clock", now.toString())));
        }
        clockBehind = behind;
    }

    private void rollIfDue(Instant time) {
        if (journal.isRollDue(time, settings.segmentOctets())) {
            try {
                journal.roll(time, state.encode());
                rolled.run();
            } catch (IOException e) {
                // The present segment goes on; if it cannot, the next write says so.
            }
        }
    }

    PeriodTotals totals() {
        return state.totals();
    }

    /** The last event of a kind, of all the life of the module. */
    Optional<RecordedEvent> lastEvent(EventKind kind) {
        return state.lastEvent(kind);
    }

    /** The last record, with the chain hash that stands for it and all before it. */
    AuditAnchor head() {
        return new AuditAnchor(journal.records(), HexFormat.of().formatHex(journal.recordHash()));
    }

    /** See {@link RegisterState#ceremonySteps}. */
    List<RecordedEvent> ceremonySteps() {
        return state.ceremonySteps();
    }

    /** See {@link RegisterState#floor}. */
    int floor(BaseDate baseDate) {
        return state.floor(baseDate);
    }

    /** See {@link RegisterState#floorTime}. */
    Instant floorTime() {
        return state.floorTime();
    }

    /** See {@link RegisterState#encode(Instant)}. */
    byte[] checkpoint(Instant floor) {
        return state.encode(floor);
    }

    /** The last identifier issued for a meter under a base date, as minutes; for any thread. */
    int lastIdentifier(MeterPan pan, BaseDate baseDate) {
        return state.lastIdentifier(pan, baseDate);
    }

    /** What is called, from the writing thread, whenever a segment has ended. */
    void whenRolled(Runnable action) {
        rolled = action;
    }

    /**
     * Drops the results that are older than the retention, from memory and disk, beside the writing thread; called from
     * one thread at a time.
     *
     * @return what to put into the record, empty if nothing was dropped from the disk
     */
    Optional<AuditEvent> dropResults() throws IOException, SecurityModuleException {
        Instant keptSince = keptSince(knownTime.plusNanos(System.nanoTime() - openedNanos));
        int oldest = journal.kept().forgetBefore(keptSince);
        indexLock.lock();
        try {
            index.forgetBefore(Journal.place(oldest, 0));
        } finally {
            indexLock.unlock();
        }
        try {
            int pruned = journal.kept().prune();
            return pruned == 0
                    ? Optional.empty()
                    : Optional.of(new AuditEvent(
                            EventKind.RESULTS_DROPPED,
                            AuditEvent.MODULE,
                            Map.of("segments", Integer.toString(pruned), "endedBefore", keptSince.toString())));
        } catch (RecordDamage e) {
            throw e.refusal();
        }
    }

    /**
     * Since when results are kept. What is dropped does not come back, so the clock alone, which may have jumped, is not
     * believed: the record must have known the time before it was opened, or it must have passed since.
     */
    private Instant keptSince(Instant known) {
        Instant now = clock.instant();
        return (now.isBefore(known) ? now : known).minus(settings.retention());
    }

    /** The key pair with which the module signs what it hands out about its record. */
    SigningKey signingKey() {
        return journal.signingKey();
    }

    /** How many message ids have been bound in the life of the module; for any thread. */
    long size() {
        return messages;
    }

    /** Whether opening cut off a torn write. */
    boolean tailCut() {
        return journal.tornTail() != null;
    }

    /** Whether a failed write has stopped the record until it is opened anew; for any thread. */
    boolean failed() {
        return journal.failed();
    }

    /** Until when the clock is behind the time of the last record, null if it is not; for any thread. */
    @Nullable Instant clockBehindUntil() {
        Instant time = journal.time();
        return clock.instant().plus(CLOCK_TOLERANCE).isBefore(time) ? time : null;
    }

    /** Notes that the record was closed, if that can be written, and closes it. */
    void close() throws IOException {
        if (!journal.failed()) {
            notices.add(new AuditEvent(EventKind.CLOSED, AuditEvent.MODULE, Map.of()));
            appendNotices();
        }
        journal.close();
    }
}
