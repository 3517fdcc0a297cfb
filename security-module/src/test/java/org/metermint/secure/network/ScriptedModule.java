package org.metermint.secure.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
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
import org.metermint.token.TokenNumber;

/** A module before a real one, which behaves as a test says. */
final class ScriptedModule implements SecurityModule {
    enum Fault {
        NONE,
        /** No connection: nothing is asked. */
        REFUSES_CONNECTIONS,
        /** Fails without an answer, before anything is issued. */
        LOST_BEFORE,
        /** Issues, and loses the answer. */
        LOST_AFTER,
        /** Hangs before it issues, and does not heed interrupts. */
        HANGS_BEFORE,
        /** Hangs after it has issued. */
        HANGS_AFTER,
        /** Answers with the tokens of another message. */
        GARBAGE,
        UNFORESEEN,
        BUSY
    }

    private final SecurityModule module;
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger issues = new AtomicInteger();
    final Set<MessageId> issued = ConcurrentHashMap.newKeySet();
    volatile Fault fault = Fault.NONE;
    volatile UnaryOperator<VendingKeyInfo> keyFacts = UnaryOperator.identity();
    volatile boolean closed;
    /** Whether closing is only for show, so that another pool can have the module. */
    volatile boolean keepOpen;

    private final AtomicInteger running = new AtomicInteger();
    private volatile CountDownLatch held = new CountDownLatch(1);

    ScriptedModule(SecurityModule module) {
        this.module = module;
    }

    /** Lets everything go on that hangs. */
    void release() {
        CountDownLatch old = held;
        held = new CountDownLatch(1);
        old.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        running.incrementAndGet();
        try {
            return issueOne(request);
        } finally {
            running.decrementAndGet();
        }
    }

    /** Waits until no call for tokens is under way. */
    void awaitIdle() {
        while (running.get() > 0) {
            Thread.onSpinWait();
        }
    }

    private IssuedTokens issueOne(IssueRequest request) throws SecurityModuleException {
        Fault now = before();
        issues.incrementAndGet();
        IssuedTokens tokens = module.issue(request);
        issued.add(request.messageId());
        after(now);
        return now == Fault.GARBAGE ? foreign(tokens) : tokens;
    }

    private static IssuedTokens foreign(IssuedTokens tokens) {
        return new IssuedTokens(
                new MessageId("another"),
                tokens.tokens(),
                tokens.issuedAt(),
                tokens.testOnly(),
                tokens.counter(),
                tokens.key());
    }

    /** What happens to a call before the module sees it. */
    private Fault before() throws SecurityModuleException {
        Fault now = fault;
        CountDownLatch latch = held;
        asked.incrementAndGet();
        switch (now) {
            case REFUSES_CONNECTIONS ->
                throw new SecurityModuleException(
                        Kind.UNAVAILABLE, "no connection", new NotAskedException("connection refused", null));
            case LOST_BEFORE -> throw unavailable();
            case HANGS_BEFORE -> awaitUninterruptibly(latch);
            case UNFORESEEN -> throw new IllegalStateException("unforeseen");
            case BUSY -> throw new SecurityModuleException(Kind.TOO_MANY_REQUESTS, "come again in a second");
            case NONE, LOST_AFTER, HANGS_AFTER, GARBAGE -> {}
        }
        return now;
    }

    private void after(Fault now) throws SecurityModuleException {
        if (now == Fault.LOST_AFTER) {
            throw unavailable();
        }
        if (now == Fault.HANGS_AFTER) {
            awaitUninterruptibly(held);
        }
    }

    private static SecurityModuleException unavailable() {
        return new SecurityModuleException(Kind.UNAVAILABLE, "the test says so");
    }

    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        running.incrementAndGet();
        try {
            return issueMany(requests);
        } finally {
            running.decrementAndGet();
        }
    }

    private List<IssueOutcome> issueMany(List<IssueRequest> requests) {
        List<IssueOutcome> outcomes = new ArrayList<>();
        try {
            Fault now = before();
            issues.addAndGet(requests.size());
            outcomes.addAll(module.issueAll(requests));
            outcomes.stream().filter(IssueOutcome.Issued.class::isInstance).forEach(one -> issued.add(one.messageId()));
            after(now);
            if (now == Fault.GARBAGE) {
                outcomes.removeLast();
            }
            return outcomes;
        } catch (SecurityModuleException e) {
            return requests.stream()
                    .<IssueOutcome>map(request -> new IssueOutcome.Refused(request.messageId(), e))
                    .toList();
        }
    }

    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        before();
        return module.vendingKeys().stream().map(keyFacts).toList();
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        before();
        return module.find(messageId);
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        before();
        return module.verify(meter, token);
    }

    @Override
    public ModuleStatus status() {
        return module.status();
    }

    @Override
    public void close() {
        if (!keepOpen) {
            closed = true;
            module.close();
        }
    }
}
