package org.metermint.secure.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyInfo;

/**
 * Asks each member from time to time how it is and which keys it holds, and takes it out of service or puts it back by
 * what it tells. A member in service is asked at an even pace, one out of service after pauses that grow.
 */
final class HealthWatch implements AutoCloseable {
    private final List<PoolMember> members;
    private final KeyAgreement agreement;
    private final PoolSettings settings;
    private final PoolTimer timer;
    /** The visit that is due for each member; an older one that comes late is left out. */
    private final Map<PoolMember, AtomicLong> visits = new ConcurrentHashMap<>();
    /** Members that owe the answer to an inquiry: no further thread is spent on them. */
    private final Set<PoolMember> silent = ConcurrentHashMap.newKeySet();

    /** What a member told, or why it did not. */
    private sealed interface Report {
        record Told(ModuleStatus status, List<VendingKeyInfo> keys) implements Report {}

        record Failed(String why) implements Report {}
    }

    HealthWatch(List<PoolMember> members, PoolSettings settings, PoolTimer timer) {
        this.members = members;
        this.agreement = new KeyAgreement(settings.checkValues());
        this.settings = settings;
        this.timer = timer;
        for (PoolMember member : members) {
            visits.put(member, new AtomicLong());
            member.whenEjected(() -> schedule(member));
        }
    }

    /** Asks all members at once and waits for them, no longer than the time-out; then goes on by itself. */
    void start() {
        check(members);
        members.forEach(this::schedule);
    }

    /** Asks the members in service now. */
    void refresh() {
        check(members.stream().filter(PoolMember::inService).toList());
    }

    /** Asks members at once; judges them in the order of the pool, so that the keys of the first decide. */
    private void check(List<PoolMember> asked) {
        List<Future<Report>> reports = new ArrayList<>();
        for (PoolMember member : asked) {
            FutureTask<Report> report = new FutureTask<>(() -> ask(member));
            Thread.startVirtualThread(report);
            reports.add(report);
        }
        for (int i = 0; i < asked.size(); i++) {
            judge(asked.get(i), reports.get(i));
        }
    }

    private void judge(PoolMember member, Future<Report> report) {
        try {
            judge(member, report.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a member failed", e.getCause());
        }
    }

    private void schedule(PoolMember member) {
        Duration delay = member.inService() ? settings.checkEvery() : member.nextPause();
        long visit = due(member).incrementAndGet();
        timer.after(delay, () -> visit(member, visit));
    }

    private AtomicLong due(PoolMember member) {
        return visits.computeIfAbsent(member, unused -> new AtomicLong());
    }

    private void visit(PoolMember member, long visit) {
        if (due(member).get() != visit) {
            return;
        }
        judge(member, ask(member));
        if (due(member).get() == visit) { // taking it out of service has planned the next visit
            schedule(member);
        }
    }

    private Report ask(PoolMember member) {
        if (silent.contains(member)) {
            return new Report.Failed("it still owes the answer to an earlier inquiry");
        }
        AtomicBoolean ended = new AtomicBoolean();
        try {
            return member.inquire(Deadline.after(settings.timeout()), module -> {
                try {
                    return new Report.Told(module.status(), module.vendingKeys());
                } finally {
                    ended.set(true);
                    silent.remove(member);
                }
            });
        } catch (SecurityModuleException e) {
            silent.add(member);
            if (ended.get()) {
                silent.remove(member);
            }
            return new Report.Failed(String.valueOf(e.getMessage()));
        }
    }

    private void judge(PoolMember member, Report report) {
        switch (report) {
            case Report.Failed failed -> member.eject(stateOf(member), failed.why());
            case Report.Told told -> {
                member.told(told.status(), told.keys());
                Optional<String> difference = agreement.difference(member.name(), told.keys());
                if (difference.isPresent()) {
                    member.eject(PoolMember.State.WRONG_KEY, difference.get());
                } else if (!told.status().ready()) {
                    member.eject(PoolMember.State.OUT_OF_SERVICE, "it is not ready: " + firstAlert(told.status()));
                } else {
                    member.restore();
                }
            }
        }
    }

    /** A member with a wrong key is not forgiven for being out of reach. */
    private static PoolMember.State stateOf(PoolMember member) {
        return member.state() == PoolMember.State.WRONG_KEY
                ? PoolMember.State.WRONG_KEY
                : PoolMember.State.OUT_OF_SERVICE;
    }

    private static String firstAlert(ModuleStatus status) {
        return status.alerts().isEmpty()
                ? "it does not say why"
                : status.alerts().getFirst();
    }

    /** What an operator should know of the members, the gravest first. */
    List<String> alerts() {
        List<String> alerts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (PoolMember member : members) {
            @Nullable String alert = member.alert();
            if (alert != null) {
                alerts.add(alert);
            }
        }
        for (PoolMember member : members) {
            @Nullable ModuleStatus status = member.lastStatus();
            if (status != null) {
                status.alerts().stream()
                        .map(alert -> member.name() + ": " + alert)
                        .filter(seen::add)
                        .forEach(alerts::add);
            }
        }
        return alerts;
    }

    @Override
    public void close() {
        timer.close();
    }
}
