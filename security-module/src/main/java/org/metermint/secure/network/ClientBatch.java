package org.metermint.secure.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * Many requests to a module that issues one at a time for each connection: lanes side by side, one for each meter, whose
 * requests stay in their order.
 */
final class ClientBatch {
    private final SecurityModule module;
    private final List<IssueRequest> requests;
    private final AtomicReferenceArray<@Nullable IssueOutcome> outcomes;
    private final AtomicReference<@Nullable SecurityModuleException> gone = new AtomicReference<>();

    ClientBatch(SecurityModule module, List<IssueRequest> requests) {
        this.module = module;
        this.requests = List.copyOf(requests);
        this.outcomes = new AtomicReferenceArray<>(requests.size());
    }

    /** Issues all of them, so many at a time. */
    List<IssueOutcome> issue(int atATime) {
        Map<String, List<Integer>> lanes = new LinkedHashMap<>();
        for (int place = 0; place < requests.size(); place++) {
            lanes.computeIfAbsent(Requests.lane(requests.get(place)), lane -> new ArrayList<>())
                    .add(place);
        }
        List<List<Integer>> all = List.copyOf(lanes.values());
        AtomicInteger next = new AtomicInteger();
        List<FutureTask<Boolean>> workers = new ArrayList<>();
        for (int i = 0; i < Math.min(atATime, all.size()); i++) {
            workers.add(new FutureTask<>(() -> work(all, next), true));
        }
        workers.forEach(
                worker -> Thread.ofVirtual().name("security-module-client").start(worker));
        workers.forEach(ClientBatch::await);
        List<IssueOutcome> answers = new ArrayList<>();
        for (int place = 0; place < requests.size(); place++) {
            IssueOutcome outcome = outcomes.get(place);
            if (outcome == null) {
                throw new IllegalStateException("a request was not answered");
            }
            answers.add(outcome);
        }
        return answers;
    }

    private void work(List<List<Integer>> lanes, AtomicInteger next) {
        for (int lane = next.getAndIncrement(); lane < lanes.size(); lane = next.getAndIncrement()) {
            for (int place : lanes.get(lane)) {
                outcomes.set(place, one(requests.get(place)));
            }
        }
    }

    private IssueOutcome one(IssueRequest request) {
        SecurityModuleException before = gone.get();
        if (before != null) {
            return new IssueOutcome.Refused(request.messageId(), before);
        }
        try {
            return new IssueOutcome.Issued(module.issue(request));
        } catch (SecurityModuleException e) {
            if (e.kind() != Kind.TOO_MANY_REQUESTS && NotAskedException.isCauseOf(e)) {
                gone.set(e);
            }
            return new IssueOutcome.Refused(request.messageId(), e);
        }
    }

    /** Waits also when interrupted: each part ends by its own deadlines, and every request gets its answer. */
    private static void await(FutureTask<Boolean> work) {
        boolean interrupted = false;
        while (true) {
            try {
                work.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("issuing many requests failed", e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
