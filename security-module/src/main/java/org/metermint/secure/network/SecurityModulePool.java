package org.metermint.secure.network;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.token.TokenNumber;

/**
 * Several modules as one. A request goes to a member that holds its vending keys, and of these to the least busy; a
 * member that fails or hangs is left out until it answers again. No call waits longer than the time-out of the pool,
 * however a member behaves.
 *
 * <p><b>One message id, one result, across members.</b> Members do not know of each other, so it is the pool that keeps
 * an id at one of them:
 *
 * <ul>
 *   <li>{@link #issue} takes an id that the pool was never asked for to any member. An id that it was asked for before
 *       stays with the member that was asked then, until that one said for certain that it issued nothing; while it is
 *       out of reach, the answer is UNAVAILABLE.
 *   <li>{@link #recover} takes any id. One that this process has not asked for is looked for at every member first, and
 *       issued only if each that could have issued it says that it did not.
 *   <li>The memory of {@code issue} is that of the process, and does not go back without end. After a restart, or for
 *       an old id, use {@code recover}.
 * </ul>
 *
 * <p><b>Identifiers.</b> Members remember the last identifier of a meter each for itself. With more than one member the
 * caller must freeze the identifier in every request of class 0 and 2, and let them rise for each meter: two members
 * that chose by their clocks would choose the same minute, and the meter would take one of the two tokens only.
 *
 * <p>A member must not be taken out of the configuration while requests are without an answer: those that it issued are
 * known to it alone.
 */
public final class SecurityModulePool implements SecurityModule {
    private static final long REFRESH_NANOS = 1_000_000_000L;

    private final List<PoolMember> members;
    private final PoolSettings settings;
    private final Clock clock;
    private final HealthWatch watch;
    private final Routes routes;
    private final Fates fates;
    private final PoolSearch search;
    private final AtomicLong refreshed = new AtomicLong(System.nanoTime());
    private volatile boolean closed;

    /**
     * A module and what operators call it.
     *
     * @param name distinct within the pool, and the same in every life of the process: it decides which meters prefer it
     * @param module owned by the pool from now on, which closes it
     */
    public record Member(String name, SecurityModule module) {
        public Member {
            if (name.isBlank()) {
                throw new IllegalArgumentException("the name of a member is blank");
            }
        }
    }

    private SecurityModulePool(List<PoolMember> members, PoolSettings settings, Clock clock, PoolTimer timer) {
        this.members = members;
        this.settings = settings;
        this.clock = clock;
        this.watch = new HealthWatch(members, settings, timer);
        this.routes = new Routes(members);
        this.fates = new Fates(settings.maxUndecided());
        this.search = new PoolSearch(members, fates);
    }

    /**
     * A pool over members, in the order in which their vending keys decide. Asks all of them how they are and waits no
     * longer than the time-out; those that do not answer are out of service until they do.
     *
     * @param clock for what the status says
     * @throws IllegalArgumentException if there is no member, or two have one name
     */
    public static SecurityModulePool open(List<Member> members, PoolSettings settings, Clock clock) {
        return open(members, settings, clock, PoolTimer.system("security-module-pool"));
    }

    static SecurityModulePool open(List<Member> members, PoolSettings settings, Clock clock, PoolTimer timer) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a pool of security modules has at least one member");
        }
        Set<String> names = new HashSet<>();
        List<PoolMember> all = new ArrayList<>();
        for (Member member : members) {
            if (!names.add(member.name())) {
                throw new IllegalArgumentException(
                        "two members of the pool have the name " + member.name() + "; name each once");
            }
            all.add(new PoolMember(member.name(), member.module(), settings, clock));
        }
        SecurityModulePool pool = new SecurityModulePool(List.copyOf(all), settings, clock, timer);
        pool.watch.start();
        return pool;
    }

    /** The keys of all members, as each last told them; asks the members in service anew. */
    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        requireOpen();
        watch.refresh();
        Map<VendingKeyName, VendingKeyInfo> union = union();
        if (members.stream().allMatch(member -> member.keys() == null)) {
            throw routes.nobody(Set.of());
        }
        return union.values().stream()
                .sorted(Comparator.comparing(VendingKeyInfo::name))
                .toList();
    }

    /** A key that one member still has is not destroyed; a member with a wrong key does not count. */
    private Map<VendingKeyName, VendingKeyInfo> union() {
        Map<VendingKeyName, VendingKeyInfo> union = new HashMap<>();
        for (PoolMember member : members) {
            List<VendingKeyInfo> told = member.keys();
            if (told != null && member.state() != PoolMember.State.WRONG_KEY) {
                told.forEach(key ->
                        union.merge(key.name(), key, (known, other) -> known.destroyedAt() == null ? known : other));
            }
        }
        return union;
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        return issue(request, deadline());
    }

    private IssuedTokens issue(IssueRequest request, Deadline deadline) throws SecurityModuleException {
        requireOpen();
        requireFrozenIdentifier(request);
        Set<PoolMember> passed = new HashSet<>();
        PoolMember wanted = choose(request, passed).orElseThrow(() -> routes.nobody(Requests.keys(request)));
        while (true) {
            Fates.Fate fate = fates.begin(request.messageId(), wanted);
            try {
                return ask(fate, request, deadline);
            } catch (SecurityModuleException e) {
                passed.add(fate.member());
                Optional<PoolMember> next = Fates.endOf(e) == Fates.End.PASSED_ON && !deadline.isOver()
                        ? choose(request, passed).filter(member -> !passed.contains(member))
                        : Optional.empty();
                if (next.isEmpty()) {
                    throw e;
                }
                wanted = next.get();
            }
        }
    }

    /** The member that the id belongs to, or else the best one. */
    private Optional<PoolMember> choose(IssueRequest request, Set<PoolMember> passed) {
        Optional<PoolMember> owner = fates.memberOf(request.messageId());
        if (owner.isPresent()) {
            return owner;
        }
        Optional<PoolMember> best = routes.choose(request, passed, new Routes.Plan());
        if (best.isEmpty() && passed.isEmpty() && refresh()) { // a key may have come in since it was last asked
            best = routes.choose(request, passed, new Routes.Plan());
        }
        return best;
    }

    private boolean refresh() {
        long last = refreshed.get();
        if (System.nanoTime() - last < REFRESH_NANOS || !refreshed.compareAndSet(last, System.nanoTime())) {
            return false;
        }
        watch.refresh();
        return true;
    }

    /** Asks the member that an id belongs to. The fate of the id follows from how the call ends, also after the caller has gone. */
    private IssuedTokens ask(Fates.Fate fate, IssueRequest request, Deadline deadline) throws SecurityModuleException {
        MessageId id = request.messageId();
        PoolMember member = fate.member();
        if (!member.inService()) {
            fates.end(id, fate, Fates.End.PASSED_ON);
            throw member.unavailable(
                    "is the one to ask for this message id, and is out of service",
                    new NotAskedException("out of service", null));
        }
        return member.request(1, deadline, module -> {
            Fates.End end = Fates.End.UNKNOWN;
            try {
                IssuedTokens tokens = module.issue(request);
                if (!tokens.messageId().equals(id)) {
                    throw member.unavailable("answered with the tokens of another message id", null);
                }
                end = Fates.End.BOUND;
                return tokens;
            } catch (SecurityModuleException e) {
                end = Fates.endOf(e);
                throw e;
            } finally {
                fates.end(id, fate, end);
            }
        });
    }

    @Override
    public IssuedTokens recover(IssueRequest request) throws SecurityModuleException {
        requireOpen();
        requireFrozenIdentifier(request);
        Deadline deadline = deadline();
        if (fates.memberOf(request.messageId()).isPresent()) {
            return issue(request, deadline);
        }
        PoolSearch.Finding finding = search.look(request.messageId(), Requests.keys(request), deadline);
        if (finding.found().isPresent()) {
            PoolSearch.Found found = finding.found().get();
            if (found.member().state() == PoolMember.State.WRONG_KEY) {
                return found.tokens();
            }
            // asked there once more: it compares the request with the one that the id stands for
            return ask(fates.begin(request.messageId(), found.member()), request, deadline);
        }
        finding.requireComplete();
        PoolMember own = routes.own(request).orElseThrow(() -> routes.nobody(Requests.keys(request)));
        return ask(fates.begin(request.messageId(), own), request, deadline);
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        requireOpen();
        PoolSearch.Finding finding = search.look(messageId, Set.of(), deadline());
        if (finding.found().isEmpty()) {
            finding.requireComplete();
        }
        return finding.found().map(PoolSearch.Found::tokens);
    }

    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        try {
            requireOpen();
        } catch (SecurityModuleException e) {
            return requests.stream()
                    .<IssueOutcome>map(request -> new IssueOutcome.Refused(request.messageId(), e))
                    .toList();
        }
        return new PoolBatch(routes, fates, settings.timeout(), this::issue).issue(requests);
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        requireOpen();
        Deadline deadline = deadline();
        Set<VendingKeyName> keys = Set.of(VendingKeyName.of(meter));
        SecurityModuleException failure = routes.nobody(keys);
        for (PoolMember member : routes.able(keys)) {
            try {
                return member.request(1, deadline, module -> module.verify(meter, token));
            } catch (SecurityModuleException e) {
                if (!e.kind().retryable() || deadline.isOver()) {
                    throw e;
                }
                failure = e;
            }
        }
        throw failure;
    }

    /** As the members last told; asks none of them, so that it answers at once. */
    @Override
    public ModuleStatus status() {
        List<ModuleStatus> told = new ArrayList<>();
        for (PoolMember member : members) {
            ModuleStatus status = member.lastStatus();
            if (status != null) {
                told.add(status);
            }
        }
        List<String> alerts = new ArrayList<>();
        if (closed) {
            alerts.add("closed");
        }
        alerts.addAll(watch.alerts());
        Map<VendingKeyName, VendingKeyInfo> keys = union();
        return new ModuleStatus(
                "pool of " + members.stream().map(PoolMember::name).collect(Collectors.joining(", ")),
                clock.instant(),
                !closed && members.stream().anyMatch(PoolMember::inService),
                told.stream().mapToLong(ModuleStatus::issuedMessages).sum(),
                keys.size(),
                (int) keys.values().stream().filter(VendingKeyInfo::testOnly).count(),
                told.stream().anyMatch(ModuleStatus::sampleTables),
                alerts);
    }

    private void requireFrozenIdentifier(IssueRequest request) throws SecurityModuleException {
        if (members.size() > 1 && Requests.leavesIdentifierToModule(request)) {
            throw new SecurityModuleException(
                    Kind.NOT_PERMITTED,
                    "the token identifier is left to the security module, and there are " + members.size()
                            + " that could choose the same; give the identifier with the request");
        }
    }

    private void requireOpen() throws SecurityModuleException {
        if (closed) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE, "the pool of security modules is closed", new NotAskedException("closed", null));
        }
    }

    private Deadline deadline() {
        return Deadline.after(settings.timeout());
    }

    /** Closes the members too, and waits for each no longer than the time-out. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        watch.close();
        Deadline deadline = deadline();
        for (PoolMember member : members) {
            member.close(deadline);
        }
    }

    @Override
    public String toString() {
        return "pool of security modules "
                + members.stream().map(PoolMember::name).collect(Collectors.joining(", "));
    }
}
