package org.metermint.secure.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * Spreads many requests over the members. The requests of one meter go to one member and stay in their order. Those
 * whose id is new go in portions, each with the time-out for itself; those that were asked before, or that a member
 * passed on, go one by one, with one time-out for all of them.
 */
final class PoolBatch {
    /** Requests in one call to a member. */
    private static final int PORTION = 256;

    private final Routes routes;
    private final Fates fates;
    private final Duration timeout;
    private final Single single;

    /** Issues one request, wherever it belongs. */
    @FunctionalInterface
    interface Single {
        IssuedTokens issue(IssueRequest request, Deadline deadline) throws SecurityModuleException;
    }

    PoolBatch(Routes routes, Fates fates, Duration timeout, Single single) {
        this.routes = routes;
        this.fates = fates;
        this.timeout = timeout;
        this.single = single;
    }

    List<IssueOutcome> issue(List<IssueRequest> requests) {
        @Nullable IssueOutcome[] outcomes = new IssueOutcome[requests.size()];
        Map<PoolMember, List<Integer>> together = new LinkedHashMap<>();
        List<List<Integer>> oneByOne = new ArrayList<>();
        assign(requests, together, oneByOne);
        List<Runnable> works = new ArrayList<>();
        together.forEach((member, places) -> {
            Collections.sort(places); // lanes came one after another; the order of the caller holds across them too
            works.add(() -> issueTogether(member, requests, places, outcomes));
        });
        Deadline deadline = Deadline.after(timeout);
        oneByOne.forEach(places -> works.add(() -> issueOneByOne(requests, places, outcomes, deadline)));
        runAll(works);
        return Arrays.stream(outcomes)
                .map(outcome -> {
                    if (outcome == null) {
                        throw new IllegalStateException("a request was not answered");
                    }
                    return outcome;
                })
                .toList();
    }

    private void assign(
            List<IssueRequest> requests, Map<PoolMember, List<Integer>> together, List<List<Integer>> oneByOne) {
        Map<String, List<Integer>> lanes = new LinkedHashMap<>();
        Map<MessageId, Integer> times = new HashMap<>();
        for (int place = 0; place < requests.size(); place++) {
            IssueRequest request = requests.get(place);
            lanes.computeIfAbsent(Requests.lane(request), lane -> new ArrayList<>())
                    .add(place);
            times.merge(request.messageId(), 1, Integer::sum);
        }
        Routes.Plan plan = new Routes.Plan();
        for (List<Integer> lane : lanes.values()) {
            boolean fresh = true;
            for (int place : lane) {
                IssueRequest request = requests.get(place);
                fresh &= times.getOrDefault(request.messageId(), 0) == 1
                        && fates.memberOf(request.messageId()).isEmpty()
                        && !Requests.leavesIdentifierToModule(request);
            }
            Optional<PoolMember> member = fresh ? memberFor(requests, lane, plan) : Optional.empty();
            if (member.isEmpty()) {
                oneByOne.add(lane);
            } else {
                plan.add(member.get(), lane.size());
                together.computeIfAbsent(member.get(), unused -> new ArrayList<>())
                        .addAll(lane);
            }
        }
    }

    /** A member that can take all requests of a lane. */
    private Optional<PoolMember> memberFor(List<IssueRequest> requests, List<Integer> lane, Routes.Plan plan) {
        Optional<PoolMember> member = routes.choose(requests.get(lane.getFirst()), Set.of(), plan);
        return member.filter(one -> lane.stream().allMatch(place -> one.holds(Requests.keys(requests.get(place)))));
    }

    private void issueOneByOne(
            List<IssueRequest> requests, List<Integer> places, @Nullable IssueOutcome[] outcomes, Deadline deadline) {
        for (int place : places) {
            outcomes[place] = one(requests.get(place), deadline);
        }
    }

    private IssueOutcome one(IssueRequest request, Deadline deadline) {
        try {
            return new IssueOutcome.Issued(single.issue(request, deadline));
        } catch (SecurityModuleException e) {
            return new IssueOutcome.Refused(request.messageId(), e);
        }
    }

    private void issueTogether(
            PoolMember member, List<IssueRequest> requests, List<Integer> places, @Nullable IssueOutcome[] outcomes) {
        @Nullable Deadline elsewhere = null; // begins with the first request that goes elsewhere, and is that of all
        for (int from = 0; from < places.size(); from += PORTION) {
            List<Integer> portion = places.subList(from, Math.min(places.size(), from + PORTION));
            List<IssueRequest> asked = portion.stream().map(requests::get).toList();
            List<IssueOutcome> answers = member.inService() ? portion(member, asked) : List.of();
            for (int i = 0; i < portion.size(); i++) {
                if (answers.isEmpty() || isPassedOn(answers.get(i))) {
                    elsewhere = elsewhere == null ? Deadline.after(timeout) : elsewhere;
                    outcomes[portion.get(i)] = one(asked.get(i), elsewhere);
                } else {
                    outcomes[portion.get(i)] = answers.get(i);
                }
            }
        }
    }

    private static boolean isPassedOn(IssueOutcome outcome) {
        return outcome instanceof IssueOutcome.Refused refused && Fates.endOf(refused.reason()) == Fates.End.PASSED_ON;
    }

    /** One call of a member for many requests; each id has a fate of its own. */
    private List<IssueOutcome> portion(PoolMember member, List<IssueRequest> requests) {
        List<Fates.Fate> begun = new ArrayList<>();
        List<IssueOutcome> answers = new ArrayList<>();
        List<IssueRequest> asked = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (IssueRequest request : requests) {
            places.add(begin(member, request, begun) ? asked.size() : -1);
            if (places.getLast() >= 0) {
                asked.add(request);
            }
        }
        List<IssueOutcome> told = asked.isEmpty() ? List.of() : ask(member, asked, begun);
        for (int i = 0; i < requests.size(); i++) {
            answers.add(
                    places.get(i) >= 0
                            ? told.get(places.get(i))
                            : new IssueOutcome.Refused(requests.get(i).messageId(), belongsElsewhere()));
        }
        return answers;
    }

    /** Begins with an id, unless somebody else just began with it at another member. */
    private boolean begin(PoolMember member, IssueRequest request, List<Fates.Fate> begun) {
        try {
            Fates.Fate fate = fates.begin(request.messageId(), member);
            if (fate.member().equals(member)) {
                begun.add(fate);
                return true;
            }
            fates.end(request.messageId(), fate, Fates.End.PASSED_ON);
            return false;
        } catch (SecurityModuleException e) {
            return false;
        }
    }

    private static SecurityModuleException belongsElsewhere() {
        return new SecurityModuleException(
                Kind.UNAVAILABLE, "the message id belongs to another member", new NotAskedException("not begun", null));
    }

    private List<IssueOutcome> ask(PoolMember member, List<IssueRequest> asked, List<Fates.Fate> begun) {
        try {
            return member.request(asked.size(), Deadline.after(timeout), module -> {
                List<Fates.End> ends = new ArrayList<>(Collections.nCopies(asked.size(), Fates.End.UNKNOWN));
                try {
                    return answered(member, module, asked, ends);
                } finally {
                    for (int i = 0; i < asked.size(); i++) {
                        fates.end(asked.get(i).messageId(), begun.get(i), ends.get(i));
                    }
                }
            });
        } catch (SecurityModuleException e) {
            return asked.stream()
                    .<IssueOutcome>map(request -> new IssueOutcome.Refused(request.messageId(), e))
                    .toList();
        }
    }

    private static List<IssueOutcome> answered(
            PoolMember member, SecurityModule module, List<IssueRequest> asked, List<Fates.End> ends)
            throws SecurityModuleException {
        List<IssueOutcome> outcomes = module.issueAll(asked);
        boolean fits = outcomes.size() == asked.size();
        for (int i = 0; fits && i < asked.size(); i++) {
            fits = outcomes.get(i).messageId().equals(asked.get(i).messageId());
        }
        if (!fits) {
            throw member.unavailable("answered other requests than it was asked", null);
        }
        for (int i = 0; i < asked.size(); i++) {
            ends.set(
                    i,
                    switch (outcomes.get(i)) {
                        case IssueOutcome.Issued issued -> Fates.End.BOUND;
                        case IssueOutcome.Refused refused -> Fates.endOf(refused.reason());
                    });
        }
        return outcomes;
    }

    private static void runAll(List<Runnable> works) {
        List<FutureTask<Boolean>> tasks =
                works.stream().map(work -> new FutureTask<>(work, true)).toList();
        tasks.forEach(Thread::startVirtualThread);
        for (FutureTask<Boolean> task : tasks) {
            boolean interrupted = false;
            while (true) {
                try {
                    task.get();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true; // every part ends by its own deadline: each request gets its answer
                } catch (ExecutionException e) {
                    throw new IllegalStateException("issuing many requests failed", e.getCause());
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
