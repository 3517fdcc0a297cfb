package org.metermint.secure.network;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One module of a pool: what it last told, how busy it is, and whether it is in service.
 *
 * <p>Every call runs on a thread of its own, and its caller waits until a deadline and no longer. The thread is never
 * interrupted: a module in this process may be writing its journal, and an interrupt would close the file under it.
 */
final class PoolMember {
    /** Where a member stands. */
    enum State {
        IN_SERVICE,
        /** It failed, or says itself that it does not issue; it is tried again after a pause. */
        OUT_OF_SERVICE,
        /** One of its vending keys is not the one that the others have. It may tell what it issued, and issues nothing. */
        WRONG_KEY
    }

    /** Something asked of the module. */
    @FunctionalInterface
    interface Ask<T> {
        T of(SecurityModule module) throws SecurityModuleException;
    }

    private record Standing(State state, Instant since, String reason) {}

    private static final Logger LOG = LoggerFactory.getLogger(PoolMember.class);

    private final String name;
    private final SecurityModule module;
    private final PoolSettings settings;
    private final Clock clock;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Standing standing;
    private volatile Duration pause;
    private volatile @Nullable List<VendingKeyInfo> keys;
    private volatile @Nullable ModuleStatus status;
    private volatile Runnable onEjected = () -> {};

    PoolMember(String name, SecurityModule module, PoolSettings settings, Clock clock) {
        this.name = name;
        this.module = module;
        this.settings = settings;
        this.clock = clock;
        this.pause = settings.firstPause();
        this.standing = new Standing(State.OUT_OF_SERVICE, clock.instant(), "it has not been asked yet");
    }

    /** Names who is told when the member goes out of service. */
    void whenEjected(Runnable listener) {
        onEjected = listener;
    }

    String name() {
        return name;
    }

    State state() {
        return standing.state();
    }

    boolean inService() {
        return standing.state() == State.IN_SERVICE;
    }

    /** Requests that it has not ended yet. */
    int inFlight() {
        return inFlight.get();
    }

    boolean hasRoom() {
        return inFlight.get() < settings.maxInFlight();
    }

    /** Its vending keys as it last told them; null if it never did. */
    @Nullable List<VendingKeyInfo> keys() {
        return keys;
    }

    /** Its state as it last told it; null if it never did. */
    @Nullable ModuleStatus lastStatus() {
        return status;
    }

    /** Whether it holds all these keys, as far as it has told. */
    boolean holds(Set<VendingKeyName> names) {
        List<VendingKeyInfo> told = keys;
        return told != null
                && names.stream()
                        .allMatch(wanted -> told.stream()
                                .anyMatch(key ->
                                        key.destroyedAt() == null && key.name().equals(wanted)));
    }

    /** Whether it can never have issued under these keys: it has told its keys, and they are not among them. */
    boolean neverHeld(Set<VendingKeyName> names) {
        List<VendingKeyInfo> told = keys;
        return told != null
                && names.stream()
                        .anyMatch(wanted ->
                                told.stream().noneMatch(key -> key.name().equals(wanted)));
    }

    /**
     * Asks the module for tokens or for what became of them. How it answers decides whether it stays in service.
     *
     * @param weight how many requests this is
     * @throws SecurityModuleException of the module, or of kind UNAVAILABLE at the deadline, or if it failed in a way
     *     that no module should
     */
    <T> T request(int weight, Deadline deadline, Ask<T> ask) throws SecurityModuleException {
        if (deadline.isOver()) {
            throw unavailable("was not asked: the time is over", new NotAskedException("too late", null));
        }
        CompletableFuture<T> reply = new CompletableFuture<>();
        inFlight.addAndGet(weight);
        start(() -> {
            try {
                T answer = ask.of(module);
                inFlight.addAndGet(-weight);
                if (!reply.isDone()) { // an answer after the deadline is no success
                    succeeded();
                }
                reply.complete(answer);
            } catch (SecurityModuleException e) {
                inFlight.addAndGet(-weight);
                judge(e);
                reply.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                inFlight.addAndGet(-weight);
                failed("it failed with " + e.getClass().getSimpleName());
                reply.completeExceptionally(e);
            }
        });
        return await(reply, deadline);
    }

    /** Asks the module something that has no part in its load and its failures: how it is. */
    <T> T inquire(Deadline deadline, Ask<T> ask) throws SecurityModuleException {
        CompletableFuture<T> reply = new CompletableFuture<>();
        start(() -> {
            try {
                reply.complete(ask.of(module));
            } catch (SecurityModuleException | RuntimeException | Error e) {
                reply.completeExceptionally(e);
            }
        });
        return await(reply, deadline);
    }

    private void start(Runnable work) {
        Thread.ofVirtual().name("security-module-" + name).start(work);
    }

    private <T> T await(CompletableFuture<T> reply, Deadline deadline) throws SecurityModuleException {
        try {
            return reply.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            SecurityModuleException late = unavailable("has not answered in time", e);
            if (reply.completeExceptionally(late)) {
                failed("it has not answered in time");
            }
            throw late;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for: the caller was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SecurityModuleException refusal) {
                throw refusal;
            }
            throw unavailable("failed in a way that no module should", e.getCause());
        }
    }

    SecurityModuleException unavailable(String what, @Nullable Throwable cause) {
        return new SecurityModuleException(
                Kind.UNAVAILABLE,
                "security module " + name + " " + what + "; look at it, and ask again with the same message id",
                cause);
    }

    private void judge(SecurityModuleException refusal) {
        if (isFailure(refusal.kind())) {
            failed("it answered " + refusal.kind() + ": " + refusal.getMessage());
        } else {
            succeeded(); // it works, and says no
        }
    }

    private static boolean isFailure(Kind kind) {
        return switch (kind) {
            case UNAVAILABLE, IN_USE, ACCESS_DENIED, NEWER_FORMAT, CORRUPT -> true;
            default -> false;
        };
    }

    private void succeeded() {
        failures.set(0);
        if (inService()) {
            pause = settings.firstPause();
        }
    }

    private void failed(String why) {
        if (failures.incrementAndGet() >= settings.failuresToEject() && inService()) {
            eject(State.OUT_OF_SERVICE, why);
        }
    }

    /** Takes it out of service, or states a new reason why it is. */
    void eject(State state, String why) {
        boolean wasInService;
        synchronized (this) {
            wasInService = inService();
            Instant since = wasInService ? clock.instant() : standing.since();
            standing = new Standing(state, since, why);
        }
        if (wasInService) {
            onEjected.run();
        }
    }

    /** Remembers what it told of itself. */
    void told(ModuleStatus newStatus, List<VendingKeyInfo> newKeys) {
        status = newStatus;
        keys = List.copyOf(newKeys);
    }

    /** Puts it into service. A member that fails at once again keeps the longer pause. */
    synchronized void restore() {
        if (!inService()) {
            failures.set(0);
            standing = new Standing(State.IN_SERVICE, clock.instant(), "");
        }
    }

    /** The pause before the next try; the one after it is twice as long. */
    synchronized Duration nextPause() {
        Duration now = pause;
        Duration doubled = now.multipliedBy(2);
        pause = doubled.compareTo(settings.longestPause()) > 0 ? settings.longestPause() : doubled;
        return now;
    }

    /** What an operator should know of it: nothing while it is in service. */
    @Nullable String alert() {
        Standing now = standing;
        return switch (now.state()) {
            case IN_SERVICE -> null;
            case OUT_OF_SERVICE ->
                "security module " + name + " is out of service since " + now.since() + ": " + now.reason()
                        + "; it is tried again by itself";
            case WRONG_KEY -> "security module " + name + " issues nothing since " + now.since() + ": " + now.reason();
        };
    }

    /** Closes the module, and goes on without it at the deadline. */
    void close(Deadline deadline) {
        try {
            Boolean unused = inquire(deadline, closing -> {
                closing.close();
                return true;
            });
        } catch (SecurityModuleException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
