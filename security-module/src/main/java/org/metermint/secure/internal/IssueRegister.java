package org.metermint.secure.internal;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditAnchor;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
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
 * Binds each message id to one result, durably, and keeps the token identifiers of every meter rising.
 *
 * <p>Callers put what they made into a queue and try for a lock; whoever gets it writes everything queued so far as one
 * frame of the {@link Journal}, with one sync, and answers for all, while the others sleep. So the group is as large as the disk is slow, and an
 * idle module waits for nobody. Between its place in the queue and the sync stands the decision: an id that is bound
 * already, in the journal or earlier in the same frame, gets what it is bound to, and what was newly made is dropped.
 *
 * <p>Events go into the same record, each in a frame of its own, but for what the module itself has to say: that waits
 * for the next frame if the disk is full.
 */
final class IssueRegister implements Trail, AutoCloseable {
    private static final int MAX_GROUP = 256;
    /** A clock that is set to the second by a time server does not count as one set back. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    /** What a register works with. */
    record Parts(Aead cipher, UUID module, Clock clock, Supplier<IssuePolicy> policy, RecordSettings settings) {}

    private final Journal journal;
    private final Parts parts;
    private final TokenDigest digest;
    private final MessageIndex index = new MessageIndex(new SecureRandom());
    private final ReentrantLock indexLock = new ReentrantLock();

    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock committing = new ReentrantLock();
    /** Guarded by {@link #committing}. */
    private final RegisterState state = new RegisterState();
    /** Events that wait for the next frame. Guarded by {@link #committing}. */
    private final List<AuditEvent> notices = new ArrayList<>();
    /** Whether the record says that the clock was set back, and it still is. Guarded by {@link #committing}. */
    private boolean clockBehind;

    private volatile long messages;
    private volatile Runnable rolled = () -> {};

    /** A message on its way to the journal, and who waits for it. */
    private static final class Pending {
        /** Gets its counter when it is on the disk. */
        IssuedMessage made;

        final Thread caller;
        /** Whether the caller waits for this one; it is the last of those that it brought, and the queue keeps order. */
        final boolean last;

        /** What the committing thread made of it. */
        @Nullable IssueOutcome decided;

        volatile @Nullable IssueOutcome outcome;

        Pending(IssuedMessage made, Thread caller, boolean last) {
            this.made = made;
            this.caller = caller;
            this.last = last;
        }
    }

    private IssueRegister(Path directory, JournalFile.Opener opener, Parts parts)
            throws IOException, SecurityModuleException {
        this.parts = parts;
        this.digest = new TokenDigest(parts.module);
        Instant keptSince = parts.clock.instant().minus(parts.settings.retention());
        this.journal = Journal.open(directory, opener, parts.cipher, parts.module, keptSince, new Replay());
        this.messages = state.messages();
    }

    /** Opens the record in a directory; the opening stands in it when this returns, if the disk has room. */
    static IssueRegister open(Path directory, JournalFile.Opener opener, Parts parts)
            throws IOException, SecurityModuleException {
        IssueRegister register = new IssueRegister(directory, opener, parts);
        register.recordOpening();
        return register;
    }

    private void recordOpening() {
        committing.lock();
        try {
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
        } finally {
            committing.unlock();
        }
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

    /** What a message id is bound to. */
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

    /** The answer to a request whose id is bound: the result of the same request, a refusal of any other. */
    static IssueOutcome repeat(IssuedMessage bound, IssueRequest request) {
        if (bound.request().equals(request)) {
            return new IssueOutcome.Issued(bound.result());
        }
        return refused(
                request,
                Kind.MESSAGE_ID_REUSED,
                "message id " + request.messageId() + " stands for another request (it differs in "
                        + difference(bound.request(), request) + "); give a new request an id of its own");
    }

    private static String difference(IssueRequest bound, IssueRequest request) {
        if (bound.getClass() != request.getClass()) {
            return "kind";
        }
        List<String> names = new ArrayList<>();
        for (RecordComponent component : bound.getClass().getRecordComponents()) {
            try {
                if (!Objects.equals(
                        component.getAccessor().invoke(bound),
                        component.getAccessor().invoke(request))) {
                    names.add(component.getName());
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("accessors of a public record are public", e);
            }
        }
        return String.join(", ", names);
    }

    /** Binds results to their ids; returns, in their order, when every one is on the disk or refused. */
    List<IssueOutcome> bind(List<IssuedMessage> made) {
        List<Pending> mine = new ArrayList<>(made.size());
        for (IssuedMessage message : made) {
            mine.add(new Pending(message, Thread.currentThread(), mine.size() == made.size() - 1));
        }
        queue.addAll(mine);
        awaitOutcome(mine.getLast());
        return mine.stream().map(IssueRegister::outcome).toList();
    }

    /** Commits whatever is queued, or sleeps while another thread does. */
    private void awaitOutcome(Pending awaited) {
        boolean interrupted = false;
        while (awaited.outcome == null) {
            if (committing.tryLock()) {
                try {
                    commit(nextGroup());
                } finally {
                    committing.unlock();
                    wakeNext();
                }
            } else {
                LockSupport.park(this);
                interrupted |= Thread.interrupted(); // an answer is near: the caller hears of it afterwards
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IssueOutcome outcome(Pending pending) {
        return Objects.requireNonNull(pending.outcome, "every pending message has been answered");
    }

    private List<Pending> nextGroup() {
        List<Pending> group = new ArrayList<>();
        while (group.size() < MAX_GROUP) {
            Pending next = queue.poll();
            if (next == null) {
                break;
            }
            group.add(next);
        }
        return group;
    }

    private void commit(List<Pending> group) {
        try {
            Moment moment = moment();
            PeriodTotals.Staged staged = state.totals().stage();
            Map<MessageKey, Pending> accepted = accept(group, moment, staged);
            SecurityModuleException failure = write(moment, accepted);
            if (failure == null) {
                staged.commit();
            }
            for (Pending pending : group) {
                if (pending.decided == null) {
                    Pending first = Objects.requireNonNull(accepted.get(key(pending)));
                    pending.decided = failure == null
                            ? repeat(first.made, pending.made.request())
                            : new IssueOutcome.Refused(id(pending), failure);
                }
            }
        } finally {
            for (Pending pending : group) {
                if (pending.decided == null) { // only after an error of the program: nobody must wait for ever
                    pending.decided =
                            refused(pending.made.request(), Kind.UNAVAILABLE, "recording stopped with an error");
                }
                // In the order of the queue, and none before all are decided: a caller looks at its last only.
                pending.outcome = pending.decided;
                if (pending.last) {
                    LockSupport.unpark(pending.caller);
                }
            }
        }
    }

    /** Answers what needs no writing, and returns the first message of each id that does. */
    private Map<MessageKey, Pending> accept(List<Pending> group, Moment moment, PeriodTotals.Staged staged) {
        IssuePolicy limits = parts.policy.get();
        Map<MessageKey, Pending> accepted = new LinkedHashMap<>();
        Map<Long, Integer> claimed = new HashMap<>();
        for (Pending pending : group) {
            if (accepted.containsKey(key(pending))) {
                continue;
            }
            try {
                Optional<IssuedMessage> bound = find(key(pending));
                if (bound.isPresent()) {
                    pending.decided = repeat(bound.get(), pending.made.request());
                    continue;
                }
            } catch (SecurityModuleException e) {
                pending.decided = new IssueOutcome.Refused(id(pending), e);
                continue;
            }
            Optional<IssuedMessage.Claim> claim = pending.made.claim();
            if (claim.isPresent() && !rises(claim.get(), pending, claimed)) {
                continue;
            }
            pending.made = pending.made.recorded(0, moment.time);
            Optional<String> excess = staged.add(limits, pending.made);
            if (excess.isPresent()) {
                pending.decided = refused(
                        pending.made.request(),
                        Kind.LIMIT_REACHED,
                        excess.get() + "; wait for the next one, or raise the limit in the policy");
                continue;
            }
            claim.ifPresent(c -> claimed.put(c.meter(), c.tid().minutes()));
            accepted.put(key(pending), pending);
        }
        return accepted;
    }

    /** Whether an identifier is greater than the last one of its meter; if not, the request is answered. */
    private boolean rises(IssuedMessage.Claim claim, Pending pending, Map<Long, Integer> claimed) {
        int minutes = claim.tid().minutes();
        int last = Math.max(lastIdentifier(pending.made), claimed.getOrDefault(claim.meter(), TidMemory.NONE));
        if (minutes > last) {
            return true;
        }
        pending.decided = refused(
                pending.made.request(),
                Kind.TID_NOT_RISING,
                "token identifier " + minutes + " is not greater than " + last
                        + ", the last one issued for the meter under base date "
                        + baseDate(pending.made).year() + "; reserve a later one under a new message id");
        return false;
    }

    /** Makes messages durable and known; returns why they may not be, or null. */
    private @Nullable SecurityModuleException write(Moment moment, Map<MessageKey, Pending> accepted) {
        if (accepted.isEmpty()) {
            return null;
        }
        try {
            append(moment, List.copyOf(accepted.values()));
            return null;
        } catch (IOException e) {
            return new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    journal.failed()
                            ? "the journal of issued tokens failed; whether it holds this message is known after the"
                                    + " module is opened anew: look at the disk, then restart"
                            : "the journal of issued tokens could not be written; is the disk full?",
                    e);
        }
    }

    /** What the clock shows, and the time of the records written now, which never decreases. */
    private record Moment(Instant clock, Instant time) {}

    private Moment moment() {
        Instant clock = parts.clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Moment(clock, clock.isBefore(journal.time()) ? journal.time() : clock);
    }

    /** Writes one frame: what the module has to say, then messages. */
    private void append(Moment moment, List<Pending> messages) throws IOException {
        noteClock(moment.clock);
        rollIfDue(moment.time);
        Instant time = moment.time;
        List<Journal.Line> lines = new ArrayList<>(notices.size() + messages.size());
        for (AuditEvent event : notices) {
            lines.add(new EventLine(event));
        }
        for (Pending pending : messages) {
            lines.add(pending.made.line(digest));
        }
        long place = journal.append(time, moment.clock, lines);
        long number = journal.records() - lines.size();
        for (AuditEvent event : notices) {
            state.add(new RecordedEvent(++number, time, event));
        }
        notices.clear();
        for (Pending pending : messages) {
            pending.made = pending.made.recorded(++number, time);
            state.add(pending.made);
        }
        enter(messages, place);
    }

    private void enter(List<Pending> messages, long place) {
        indexLock.lock();
        try {
            for (Pending pending : messages) {
                index.add(key(pending), place);
            }
        } finally {
            indexLock.unlock();
        }
        this.messages = state.messages();
    }

    /** Has the record say, once, that the clock was set back. */
    private void noteClock(Instant clock) {
        boolean behind = clock.plus(CLOCK_TOLERANCE).isBefore(journal.time());
        if (behind && !clockBehind) {
            notices.add(new AuditEvent(EventKind.CLOCK_SET_BACK, AuditEvent.MODULE, Map.of("clock", clock.toString())));
        }
        clockBehind = behind;
    }

    private void rollIfDue(Instant time) {
        if (journal.isRollDue(time, parts.settings.segmentOctets())) {
            try {
                journal.roll(time, state.encode());
                rolled.run();
            } catch (IOException e) {
                // The present segment goes on; if it cannot, the next write says so.
            }
        }
    }

    @Override
    public RecordedEvent event(AuditEvent event) throws SecurityModuleException {
        committing.lock();
        try {
            notices.add(event);
            append(moment(), List.of());
            return state.lastEvent(event.kind()).orElseThrow();
        } catch (IOException e) {
            notices.remove(event);
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the record of what the module does could not be written; look at its disk"
                            + (journal.failed() ? ", then restart" : ""),
                    e);
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    @Override
    public Optional<RecordedEvent> lastEvent(EventKind kind) {
        committing.lock();
        try {
            return state.lastEvent(kind);
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    private static MessageId id(Pending pending) {
        return pending.made.request().messageId();
    }

    private static MessageKey key(Pending pending) {
        return pending.made.key();
    }

    private static BaseDate baseDate(IssuedMessage made) {
        return Objects.requireNonNull(made.result().key()).baseDate();
    }

    private int lastIdentifier(IssuedMessage made) {
        MeterKeyState meter = Objects.requireNonNull(IssuedMessage.meter(made.request()));
        return state.lastIdentifier(meter.pan(), baseDate(made));
    }

    /** The last identifier issued for a meter under a base date, as minutes; {@link TidMemory#NONE} if there is none. */
    int lastIdentifier(MeterPan pan, BaseDate baseDate) {
        return state.lastIdentifier(pan, baseDate);
    }

    private void wakeNext() {
        // Whoever queued and found the lock taken sleeps; it did so before this look at the queue.
        Pending next = queue.peek();
        if (next != null) {
            LockSupport.unpark(next.caller);
        }
    }

    static IssueOutcome.Refused refused(IssueRequest request, Kind kind, String message) {
        return new IssueOutcome.Refused(request.messageId(), new SecurityModuleException(kind, message));
    }

    /** What is called, from a committing thread, whenever a segment has ended. */
    void whenRolled(Runnable action) {
        rolled = action;
    }

    /** The day (UTC) of the records written now; every record that comes later is of this day or a later one. */
    LocalDate today() {
        committing.lock();
        try {
            return LocalDate.ofInstant(moment().time, ZoneOffset.UTC);
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    /** Drops the results that are older than the retention, from memory and disk. */
    void dropResults() throws IOException, SecurityModuleException {
        Instant keptSince = parts.clock.instant().minus(parts.settings.retention());
        int oldest = journal.kept().forgetBefore(keptSince);
        indexLock.lock();
        try {
            index.forgetBefore(Journal.place(oldest, 0));
        } finally {
            indexLock.unlock();
        }
        int pruned;
        try {
            pruned = journal.kept().prune();
        } catch (RecordDamage e) {
            throw e.refusal();
        }
        if (pruned > 0) {
            event(new AuditEvent(
                    EventKind.RESULTS_DROPPED,
                    AuditEvent.MODULE,
                    Map.of("segments", Integer.toString(pruned), "endedBefore", keptSince.toString())));
        }
    }

    /** The key pair with which the module signs what it hands out about its record. */
    SigningKey signingKey() {
        return journal.signingKey();
    }

    /** The last record, with the chain hash that stands for it and all before it. */
    AuditAnchor head() {
        committing.lock();
        try {
            return new AuditAnchor(journal.records(), HexFormat.of().formatHex(journal.recordHash()));
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    /**
     * What has come of all records so far, for a backup: {@link Journal#create} takes it as the beginning of the record of a
     * restored module.
     *
     * @param floor no identifier of a time before is given to any meter by a module that begins with this
     */
    byte[] checkpoint(Instant floor) {
        committing.lock();
        try {
            return state.encode(floor);
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    /** How many message ids have been bound in the life of the module. */
    long size() {
        return messages;
    }

    boolean tailCut() {
        return journal.tornTail() != null;
    }

    boolean failed() {
        return journal.failed();
    }

    /** Until when the clock is behind the time of the last record; null if it is not. */
    @Nullable Instant clockBehindUntil() {
        Instant time = journal.time();
        return parts.clock.instant().plus(CLOCK_TOLERANCE).isBefore(time) ? time : null;
    }

    @Override
    public void close() throws IOException {
        committing.lock();
        try {
            if (!journal.failed()) {
                notices.add(new AuditEvent(EventKind.CLOSED, AuditEvent.MODULE, Map.of()));
                appendNotices();
            }
            journal.close();
        } finally {
            committing.unlock();
        }
    }
}
