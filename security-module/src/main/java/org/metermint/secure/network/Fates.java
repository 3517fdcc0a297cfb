package org.metermint.secure.network;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * Which member was asked for which message id. An id belongs to the first member that was asked for it, and goes to no
 * other unless that one passes it on: a call that ended without an answer may still end with tokens. Ids without a definite answer are remembered until they have one, up to a bound beyond which none is
 * begun; ids with one are remembered for a while.
 */
final class Fates {
    /** How many ids with an answer are remembered. */
    private static final int SETTLED = 65_536;

    private final int maxUndecided;
    private final Map<MessageId, Fate> undecided = new HashMap<>();
    private final Map<MessageId, PoolMember> settled = new LinkedHashMap<>();

    Fates(int maxUndecided) {
        this.maxUndecided = maxUndecided;
    }

    /** How one call for an id ended. */
    enum End {
        /** The member has tokens for the id. */
        BOUND,
        /** The member said no to the request, and has none. */
        REFUSED,
        /** The member was not asked after all, or cannot take the request: another may. */
        PASSED_ON,
        /** Nobody knows. */
        UNKNOWN
    }

    /** What a refusal says about the id. */
    static End endOf(SecurityModuleException refusal) {
        return switch (refusal.kind()) {
            case MESSAGE_ID_REUSED -> End.BOUND;
            case TOO_MANY_REQUESTS, KEY_ABSENT -> End.PASSED_ON;
            case UNAVAILABLE, IN_USE, ACCESS_DENIED, NEWER_FORMAT, CORRUPT ->
                NotAskedException.isCauseOf(refusal) ? End.PASSED_ON : End.UNKNOWN;
            default -> End.REFUSED;
        };
    }

    /** What is known of one id. */
    static final class Fate {
        private final PoolMember member;
        private int running;
        private boolean bound;
        private boolean doubtful;

        private Fate(PoolMember member) {
            this.member = member;
        }

        /** Whose the id is. */
        PoolMember member() {
            return member;
        }
    }

    /** The member that an id belongs to; empty if it was asked of none, or so long ago that it is forgotten. */
    synchronized Optional<PoolMember> memberOf(MessageId id) {
        Fate fate = undecided.get(id);
        return Optional.ofNullable(fate != null ? fate.member : settled.get(id));
    }

    /** Whether a call for the id has not ended, so that "not issued" may change. */
    synchronized boolean isRunning(MessageId id) {
        Fate fate = undecided.get(id);
        return fate != null && fate.running > 0;
    }

    /** How many ids have no definite answer. */
    synchronized int undecided() {
        return undecided.size();
    }

    /**
     * Begins a call. The id becomes the member's, unless it is another's already.
     *
     * @return whose the id is now; to be ended by {@link #end}
     * @throws SecurityModuleException of kind UNAVAILABLE if too many ids are without an answer
     */
    synchronized Fate begin(MessageId id, PoolMember wanted) throws SecurityModuleException {
        Fate fate = undecided.get(id);
        if (fate == null) {
            if (undecided.size() >= maxUndecided) {
                throw new SecurityModuleException(
                        Kind.UNAVAILABLE,
                        "the security modules owe answers to " + maxUndecided
                                + " requests, and no more are begun; bring the module back that does not answer",
                        new NotAskedException("not begun", null));
            }
            @Nullable PoolMember known = settled.get(id);
            fate = new Fate(known == null ? wanted : known);
            fate.bound = known != null;
            undecided.put(id, fate);
        }
        fate.running++;
        return fate;
    }

    /** A call has ended, whether or not anybody still waited for it. */
    synchronized void end(MessageId id, Fate fate, End end) {
        fate.running--;
        fate.bound |= end == End.BOUND;
        fate.doubtful |= end == End.UNKNOWN;
        boolean decided = fate.bound || end == End.REFUSED;
        if (fate.running > 0 || (fate.doubtful && !decided)) {
            return;
        }
        undecided.remove(id);
        if (decided) {
            settle(id, fate.member);
        }
    }

    private void settle(MessageId id, PoolMember member) {
        settled.remove(id);
        settled.put(id, member);
        if (settled.size() > SETTLED) {
            settled.remove(settled.keySet().iterator().next());
        }
    }
}
