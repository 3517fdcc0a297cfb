package org.metermint.secure.network;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyName;

/** Looks for the tokens of a message id at every member. */
final class PoolSearch {
    private final List<PoolMember> members;
    private final Fates fates;

    PoolSearch(List<PoolMember> members, Fates fates) {
        this.members = members;
        this.fates = fates;
    }

    /** Tokens, and who has them. */
    record Found(PoolMember member, IssuedTokens tokens) {}

    /** Where an id was found, or else who could have issued it and has not said that it did not. */
    record Finding(Optional<Found> found, List<String> silent) {
        /** That "not found" is certain. */
        void requireComplete() throws SecurityModuleException {
            if (!silent.isEmpty()) {
                throw new SecurityModuleException(
                        Kind.UNAVAILABLE,
                        "whether the message id was issued is known to security module " + String.join(" or ", silent)
                                + ", which has not said; bring it back, and ask again");
            }
        }
    }

    /**
     * Asks all members at once, and takes the first that has tokens.
     *
     * @param keys that a member must have held to have issued it; empty if they are not known
     */
    Finding look(MessageId id, Set<VendingKeyName> keys, Deadline deadline) throws SecurityModuleException {
        Optional<PoolMember> owner = fates.memberOf(id);
        List<PoolMember> asked = members.stream()
                .filter(member -> member.state() != PoolMember.State.OUT_OF_SERVICE)
                .toList();
        Set<PoolMember> denied = new HashSet<>();
        var answers = new ExecutorCompletionService<Answer>(Thread::startVirtualThread);
        asked.forEach(member -> answers.submit(question(id, member, deadline)));
        for (int i = 0; i < asked.size(); i++) {
            Answer answer = next(answers);
            if (answer.tokens() != null) {
                return new Finding(Optional.of(new Found(answer.member(), answer.tokens())), List.of());
            }
            if (answer.heard()) {
                denied.add(answer.member());
            }
        }
        List<String> silent = members.stream()
                .filter(member ->
                        owner.isPresent() ? member.equals(owner.get()) : keys.isEmpty() || !member.neverHeld(keys))
                .filter(member -> !denied.contains(member) || fates.isRunning(id))
                .map(PoolMember::name)
                .toList();
        return new Finding(Optional.empty(), silent);
    }

    private record Answer(
            PoolMember member, boolean heard, @Nullable IssuedTokens tokens) {}

    private static Callable<Answer> question(MessageId id, PoolMember member, Deadline deadline) {
        return () -> {
            try {
                Optional<IssuedTokens> tokens = member.request(1, deadline, module -> module.find(id));
                return new Answer(member, true, tokens.orElse(null));
            } catch (SecurityModuleException e) {
                return new Answer(member, false, null);
            }
        };
    }

    private static Answer next(ExecutorCompletionService<Answer> answers) throws SecurityModuleException {
        try {
            return answers.take().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SecurityModuleException(Kind.UNAVAILABLE, "the search for a message id was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the search for a message id failed", e.getCause());
        }
    }
}
