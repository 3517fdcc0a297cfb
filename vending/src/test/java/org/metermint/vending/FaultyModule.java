package org.metermint.vending;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.TokenNumber;

/** A security module whose answers can be lost. */
public final class FaultyModule implements SecurityModule {
    public enum Fault {
        NONE,
        /** Fails before anything is issued. */
        BEFORE,
        /** Issues durably, and loses the answer. */
        AFTER,
        /** Fails with an exception that nobody foresaw. */
        UNFORESEEN,
        /** Answers when {@link #release} is called. */
        SLOW
    }

    private final SecurityModule module;
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicInteger recovered = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;
    private volatile Function<IssueRequest, Optional<SecurityModuleException.Kind>> refusal =
            request -> Optional.empty();
    private volatile CountDownLatch held = new CountDownLatch(1);

    public FaultyModule(SecurityModule module) {
        this.module = module;
    }

    public void fail(Fault next) {
        fault = next;
        if (next == Fault.SLOW) {
            held = new CountDownLatch(1);
        }
    }

    public void release() {
        fault = Fault.NONE;
        held.countDown();
    }

    /** Says no to some requests, whatever else fails. */
    public void refuse(SecurityModuleException.Kind kind, Predicate<IssueRequest> which) {
        refusal = request -> which.test(request) ? Optional.of(kind) : Optional.empty();
    }

    /** How often tokens were asked for. */
    public int calls() {
        return issued.get();
    }

    /** How often tokens were asked for that may have been asked for before. */
    public int recoveries() {
        return recovered.get();
    }

    @Override
    public IssuedTokens recover(IssueRequest request) throws SecurityModuleException {
        recovered.incrementAndGet();
        return issue(request);
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        issued.incrementAndGet();
        Optional<SecurityModuleException.Kind> refused = refusal.apply(request);
        if (refused.isPresent()) {
            throw new SecurityModuleException(refused.get(), "the test says so");
        }
        switch (fault) {
            case NONE -> {}
            case BEFORE -> throw unavailable();
            case AFTER -> {
                module.issue(request);
                throw unavailable();
            }
            case UNFORESEEN -> throw new IllegalStateException("unforeseen");
            case SLOW -> awaitRelease();
        }
        return module.issue(request);
    }

    private void awaitRelease() throws SecurityModuleException {
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static SecurityModuleException unavailable() {
        return new SecurityModuleException(SecurityModuleException.Kind.UNAVAILABLE, "the test says so");
    }

    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        return module.vendingKeys();
    }

    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        return requests.stream().map(this::outcome).toList();
    }

    private IssueOutcome outcome(IssueRequest request) {
        try {
            return new IssueOutcome.Issued(issue(request));
        } catch (SecurityModuleException e) {
            return new IssueOutcome.Refused(request.messageId(), e);
        }
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        if (fault == Fault.BEFORE) {
            throw unavailable();
        }
        return module.find(messageId);
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        return module.verify(meter, token);
    }

    @Override
    public ModuleStatus status() {
        return module.status();
    }

    @Override
    public void close() {
        module.close();
    }
}
