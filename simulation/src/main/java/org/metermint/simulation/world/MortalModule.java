package org.metermint.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** The security module as one server sees it: with its moods, and out of reach once the server is dead. */
final class MortalModule implements SecurityModule {
    private final SecurityModule module;
    private final Mood mood;
    private final Fuse fuse;
    private final Witness witness;

    MortalModule(SecurityModule module, Mood mood, Fuse fuse, Witness witness) {
        this.module = module;
        this.mood = mood;
        this.fuse = fuse;
        this.witness = witness;
    }

    @FunctionalInterface
    private interface Ask {
        IssuedTokens of(IssueRequest request) throws SecurityModuleException;
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        return one(request, module::issue);
    }

    @Override
    public IssuedTokens recover(IssueRequest request) throws SecurityModuleException {
        return one(request, module::recover);
    }

    private IssuedTokens one(IssueRequest request, Ask ask) throws SecurityModuleException {
        cross();
        Mood.Kind kind = mood.forOne();
        switch (kind) {
            case FAILS_BEFORE -> throw unavailable();
            case UNFORESEEN -> throw new IllegalStateException("unforeseen, as the world wants");
            case SLOW -> {
                hold();
                cross();
            }
            case WELL, FAILS_AFTER, IN_PART -> {}
        }
        witness.asked(request);
        IssuedTokens tokens = ask.of(request);
        cross();
        if (kind == Mood.Kind.FAILS_AFTER) {
            throw unavailable();
        }
        return tokens;
    }

    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        Mood.Kind kind = mood.kind();
        if (kind == Mood.Kind.WELL || kind == Mood.Kind.FAILS_AFTER) {
            return all(requests, kind == Mood.Kind.FAILS_AFTER);
        }
        List<IssueOutcome> outcomes = new ArrayList<>();
        for (IssueRequest request : requests) {
            try {
                outcomes.add(new IssueOutcome.Issued(one(request, module::issue)));
            } catch (SecurityModuleException e) {
                outcomes.add(new IssueOutcome.Refused(request.messageId(), e));
            }
        }
        return outcomes;
    }

    private List<IssueOutcome> all(List<IssueRequest> requests, boolean answerIsLost) {
        if (!fuse.cross()) {
            return lost(requests);
        }
        requests.forEach(witness::asked);
        List<IssueOutcome> outcomes = module.issueAll(requests);
        return fuse.cross() && !answerIsLost ? outcomes : lost(requests);
    }

    private static List<IssueOutcome> lost(List<IssueRequest> requests) {
        return requests.stream()
                .<IssueOutcome>map(request -> new IssueOutcome.Refused(request.messageId(), unavailable()))
                .toList();
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        reach();
        return module.find(messageId);
    }

    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        reach();
        return module.vendingKeys();
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        reach();
        return module.verify(meter, token);
    }

    @Override
    public ModuleStatus status() {
        return module.status();
    }

    @Override
    public void close() {
        // it outlives the server
    }

    private void reach() throws SecurityModuleException {
        cross();
        if (mood.kind() == Mood.Kind.FAILS_BEFORE) {
            throw unavailable();
        }
    }

    private void cross() throws SecurityModuleException {
        if (!fuse.cross()) {
            throw unavailable();
        }
    }

    private void hold() throws SecurityModuleException {
        try {
            mood.hold();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static SecurityModuleException unavailable() {
        return new SecurityModuleException(SecurityModuleException.Kind.UNAVAILABLE, "the world says so");
    }
}
