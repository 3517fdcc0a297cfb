package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
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
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.record.Journal;
import org.metermint.secure.internal.record.JournalFile;
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
 * <p>Events go into the same record, each in a frame of its own.
 */
final class IssueRegister implements Trail, AutoCloseable {
    /** As many messages as a frame holds, but for some events. */
    private static final int MAX_GROUP = 1_000;
    /** What {@link #bind} is told by a caller that has not looked whether the ids are bound. */
    static final long NOT_LOOKED = -1;

    /** What a register works with. */
    record Parts(Aead cipher, UUID module, Clock clock, Supplier<IssuePolicy> policy, RecordSettings settings) {}

    private final Supplier<IssuePolicy> policy;
    /** What is not for any thread is guarded by {@link #committing}. */
    private final RecordBook book;

    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock committing = new ReentrantLock();

    /** A message on its way to the journal, and who waits for it. */
    private static final class Pending {
        /** Gets its counter when it is on the disk. */
        IssuedMessage made;

        final long looked;
        final Thread caller;
        /** Whether the caller waits for this one; it is the last of those that it brought, and the queue keeps order. */
        final boolean last;

        /** What the committing thread made of it. */
        @Nullable IssueOutcome decided;

        volatile @Nullable IssueOutcome outcome;

        Pending(IssuedMessage made, long looked, Thread caller, boolean last) {
            this.made = made;
            this.looked = looked;
            this.caller = caller;
            this.last = last;
        }
    }

    private IssueRegister(RecordBook book, Supplier<IssuePolicy> policy) {
        this.book = book;
        this.policy = policy;
    }

    /** Opens the record in a directory; the opening stands in it when this returns, if the disk has room. */
    static IssueRegister open(Path directory, JournalFile.Opener opener, Parts parts)
            throws IOException, SecurityModuleException {
        RecordBook book = new RecordBook(directory, opener, parts.cipher, parts.module, parts.clock, parts.settings);
        return new IssueRegister(book, parts.policy);
    }

    /** What a message id is bound to. */
    Optional<IssuedMessage> find(MessageKey id) throws SecurityModuleException {
        return book.find(id);
    }

    /**
     * Binds results to their ids; returns, in their order, when every one is on the disk or refused.
     *
     * @param looked the {@link #size} that the register had before the caller found that none of the ids is bound; as
     *     long as it has not changed, nobody needs to look again
     */
    List<IssueOutcome> bind(List<IssuedMessage> made, long looked) {
        List<Pending> mine = new ArrayList<>(made.size());
        for (IssuedMessage message : made) {
            mine.add(new Pending(message, looked, Thread.currentThread(), mine.size() == made.size() - 1));
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
            RecordBook.Moment moment = book.moment();
            PeriodTotals.Staged staged = book.totals().stage();
            Map<MessageKey, Pending> accepted = accept(group, moment, staged);
            SecurityModuleException failure = write(moment, accepted);
            if (failure == null) {
                staged.commit();
            }
            for (Pending pending : group) {
                if (pending.decided == null) {
                    Pending first = Objects.requireNonNull(accepted.get(key(pending)));
                    pending.decided = failure == null
                            ? Answers.repeat(first.made, pending.made.request())
                            : new IssueOutcome.Refused(id(pending), failure);
                }
            }
        } finally {
            for (Pending pending : group) {
                if (pending.decided == null) { // only after an error of the program: nobody must wait for ever
                    pending.decided = Answers.refused(
                            pending.made.request(), Kind.UNAVAILABLE, "recording stopped with an error");
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
    private Map<MessageKey, Pending> accept(List<Pending> group, RecordBook.Moment moment, PeriodTotals.Staged staged) {
        IssuePolicy limits = policy.get();
        Map<MessageKey, Pending> accepted = new LinkedHashMap<>();
        Map<Long, Integer> claimed = new HashMap<>();
        for (Pending pending : group) {
            if (accepted.containsKey(key(pending))) {
                continue;
            }
            if (pending.looked != book.size() && isBound(pending)) {
                continue;
            }
            Optional<IssuedMessage.Claim> claim = pending.made.claim();
            if (claim.isPresent() && !rises(claim.get(), pending, claimed)) {
                continue;
            }
            pending.made = pending.made.recorded(0, moment.time());
            Optional<String> excess = staged.add(limits, pending.made);
            if (excess.isPresent()) {
                pending.decided = Answers.refused(
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

    /** Whether an id is bound already, or that cannot be known; if so, the request is answered. */
    private boolean isBound(Pending pending) {
        try {
            Optional<IssuedMessage> bound = find(key(pending));
            bound.ifPresent(one -> pending.decided = Answers.repeat(one, pending.made.request()));
            return bound.isPresent();
        } catch (SecurityModuleException e) {
            pending.decided = new IssueOutcome.Refused(id(pending), e);
            return true;
        }
    }

    /** Whether an identifier is greater than the last one of its meter; if not, the request is answered. */
    private boolean rises(IssuedMessage.Claim claim, Pending pending, Map<Long, Integer> claimed) {
        int minutes = claim.tid().minutes();
        int last = Math.max(lastIdentifier(pending.made), claimed.getOrDefault(claim.meter(), TidMemory.NONE));
        if (minutes > last) {
            return true;
        }
        if (minutes <= book.floor(baseDate(pending.made))) {
            pending.decided = Answers.refused(
                    pending.made.request(),
                    Kind.TID_NOT_RISING,
                    "token identifier " + minutes
                            + " may have been issued by the module of whose backup this one was made,"
                            + " which gives identifiers after " + book.floorTime() + " only; find out whether there is"
                            + " a token, and if not reserve a later identifier under a new message id");
            return false;
        }
        pending.decided = Answers.refused(
                pending.made.request(),
                Kind.TID_NOT_RISING,
                "token identifier " + minutes + " is not greater than " + last
                        + ", the last one issued for the meter under base date "
                        + baseDate(pending.made).year() + "; reserve a later one under a new message id");
        return false;
    }

    /** Makes messages durable and known; returns why they may not be, or null. */
    private @Nullable SecurityModuleException write(RecordBook.Moment moment, Map<MessageKey, Pending> accepted) {
        if (accepted.isEmpty()) {
            return null;
        }
        try {
            List<Pending> messages = List.copyOf(accepted.values());
            List<IssuedMessage> recorded =
                    book.append(moment, messages.stream().map(one -> one.made).toList());
            for (int i = 0; i < messages.size(); i++) {
                messages.get(i).made = recorded.get(i);
            }
            return null;
        } catch (IOException e) {
            return new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    book.failed()
                            ? "the journal of issued tokens failed; whether it holds this message is known after the"
                                    + " module is opened anew: look at the disk, then restart"
                            : "the journal of issued tokens could not be written; is the disk full?",
                    e);
        }
    }

    @Override
    public RecordedEvent event(AuditEvent event) throws SecurityModuleException {
        committing.lock();
        try {
            return book.append(event);
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the record of what the module does could not be written; look at its disk"
                            + (book.failed() ? ", then restart" : ""),
                    e);
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    /** The steps of all ceremonies in the record, in their order. */
    List<RecordedEvent> ceremonySteps() {
        committing.lock();
        try {
            return book.ceremonySteps();
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    @Override
    public Optional<RecordedEvent> lastEvent(EventKind kind) {
        committing.lock();
        try {
            return book.lastEvent(kind);
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
        return book.lastIdentifier(meter.pan(), baseDate(made));
    }

    /** The last identifier issued for a meter under a base date, as minutes; {@link TidMemory#NONE} if there is none. */
    int lastIdentifier(MeterPan pan, BaseDate baseDate) {
        return book.lastIdentifier(pan, baseDate);
    }

    private void wakeNext() {
        // Whoever queued and found the lock taken sleeps; it did so before this look at the queue.
        Pending next = queue.peek();
        if (next != null) {
            LockSupport.unpark(next.caller);
        }
    }

    /** What is called, from a committing thread, whenever a segment has ended. */
    void whenRolled(Runnable action) {
        book.whenRolled(action);
    }

    /** The day (UTC) of the records written now; every record that comes later is of this day or a later one. */
    LocalDate today() {
        committing.lock();
        try {
            return LocalDate.ofInstant(book.moment().time(), ZoneOffset.UTC);
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    /** Drops the results that are older than the retention, from memory and disk. */
    void dropResults() throws IOException, SecurityModuleException {
        Optional<AuditEvent> dropped = book.dropResults();
        if (dropped.isPresent()) {
            event(dropped.get());
        }
    }

    /** The key pair with which the module signs what it hands out about its record. */
    SigningKey signingKey() {
        return book.signingKey();
    }

    /** The last record, with the chain hash that stands for it and all before it. */
    AuditAnchor head() {
        committing.lock();
        try {
            return book.head();
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
            return book.checkpoint(floor);
        } finally {
            committing.unlock();
            wakeNext();
        }
    }

    /** How many message ids have been bound in the life of the module. */
    long size() {
        return book.size();
    }

    boolean tailCut() {
        return book.tailCut();
    }

    boolean failed() {
        return book.failed();
    }

    /** Until when the clock is behind the time of the last record; null if it is not. */
    @Nullable Instant clockBehindUntil() {
        return book.clockBehindUntil();
    }

    @Override
    public void close() throws IOException {
        committing.lock();
        try {
            book.close();
        } finally {
            committing.unlock();
        }
    }
}
