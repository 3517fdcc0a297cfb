package org.metermint.secure.internal;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.security.SecureRandom;
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
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.MeterPan;

/**
 * Binds each message id to one result, durably, and keeps the token identifiers of every meter rising.
 *
 * <p>Callers put what they made into a queue and try for a lock; whoever gets it writes everything queued so far as one
 * frame of the {@link Journal}, with one sync, and answers for all, while the others sleep. So the group is as large as the disk is slow, and an
 * idle module waits for nobody. Between its place in the queue and the sync stands the decision: an id that is bound
 * already, in the journal or earlier in the same frame, gets what it is bound to, and what was newly made is dropped.
 */
final class IssueRegister implements AutoCloseable {
    private final Journal journal;
    private final MessageIndex index = new MessageIndex(new SecureRandom());
    private final ReentrantLock indexLock = new ReentrantLock();

    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock committing = new ReentrantLock();
    /** Guarded by {@link #committing}. */
    private final TidMemory identifiers = new TidMemory();

    /** What was issued in the present periods. Guarded by {@link #committing}. */
    private final PeriodTotals totals = new PeriodTotals();
    /** Whose limits hold; asked for every group, because it changes while the register works. */
    private final Supplier<IssuePolicy> policy;

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

    private IssueRegister(Path file, JournalFile.Opener opener, Aead cipher, UUID module, Supplier<IssuePolicy> policy)
            throws IOException, SecurityModuleException {
        this.policy = policy;
        this.journal = Journal.open(file, opener, cipher, module, (place, counter, octets) -> {
            IssuedMessage message = decode(octets, counter);
            index.add(message.key(), place);
            message.claim().ifPresent(claim -> identifiers.record(claim.meter(), claim.tid()));
            totals.restore(message);
        });
    }

    static IssueRegister open(
            Path file, JournalFile.Opener opener, Aead cipher, UUID module, Supplier<IssuePolicy> policy)
            throws IOException, SecurityModuleException {
        return new IssueRegister(file, opener, cipher, module, policy);
    }

    private static IssuedMessage decode(byte[] octets, long counter) throws SecurityModuleException {
        try {
            return IssuedMessage.decode(octets, counter);
        } catch (IllegalArgumentException e) {
            throw new SecurityModuleException(
                    Kind.CORRUPT, "a record of the journal is authentic and cannot be read; report this as a bug", e);
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
                Journal.Records records = journal.readFrame(place);
                for (int i = 0; i < records.octets().size(); i++) {
                    byte[] octets = records.octets().get(i);
                    if (IssuedMessage.keyOf(octets).equals(id)) {
                        return Optional.of(decode(octets, records.first() + i));
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE, "the journal of issued tokens cannot be read; look at the disk it lies on", e);
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
        while (group.size() < Journal.MAX_RECORDS_PER_FRAME) {
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
            PeriodTotals.Staged staged = totals.stage();
            Map<MessageKey, Pending> accepted = accept(group, staged);
            SecurityModuleException failure = write(accepted);
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
    private Map<MessageKey, Pending> accept(List<Pending> group, PeriodTotals.Staged staged) {
        IssuePolicy limits = policy.get();
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
        int last = Math.max(identifiers.last(claim.meter()), claimed.getOrDefault(claim.meter(), TidMemory.NONE));
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
    private @Nullable SecurityModuleException write(Map<MessageKey, Pending> accepted) {
        if (accepted.isEmpty()) {
            return null;
        }
        long place;
        try {
            place = journal.append(
                    accepted.values().stream().map(p -> p.made.encode()).toList());
        } catch (IOException e) {
            return new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    journal.failed()
                            ? "the journal of issued tokens failed; whether it holds this message is known after the"
                                    + " module is opened anew: look at the disk, then restart"
                            : "the journal of issued tokens could not be written; is the disk full?",
                    e);
        }
        indexLock.lock();
        try {
            accepted.keySet().forEach(id -> index.add(id, place));
        } finally {
            indexLock.unlock();
        }
        long counter = journal.records() - accepted.size();
        for (Pending pending : accepted.values()) {
            pending.made = pending.made.withCounter(++counter);
            pending.made.claim().ifPresent(claim -> identifiers.record(claim.meter(), claim.tid()));
        }
        return null;
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

    /** The last identifier issued for a meter under a base date, as minutes; {@link TidMemory#NONE} if there is none. */
    int lastIdentifier(MeterPan pan, BaseDate baseDate) {
        committing.lock();
        try {
            return identifiers.last(TidMemory.key(pan, baseDate));
        } finally {
            committing.unlock();
            wakeNext();
        }
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

    /** How many message ids are bound. */
    long size() {
        return journal.records();
    }

    boolean tailCut() {
        return journal.tailCut();
    }

    boolean failed() {
        return journal.failed();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
