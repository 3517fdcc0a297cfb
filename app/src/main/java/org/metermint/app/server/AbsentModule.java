package org.metermint.app.server;

import java.time.Instant;
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

/** The security module of a process that only reads the books: the server beside it has the real one. */
final class AbsentModule implements SecurityModule {

    private static final String REASON = "this process only reads and has no security module";

    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        throw absent();
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        throw absent();
    }

    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        return requests.stream()
                .<IssueOutcome>map(request -> new IssueOutcome.Refused(request.messageId(), absent()))
                .toList();
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        throw absent();
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        throw absent();
    }

    @Override
    public ModuleStatus status() {
        return new ModuleStatus("absent", Instant.now(), false, 0, 0, 0, false, List.of(REASON));
    }

    @Override
    public void close() {
        // there is nothing to close
    }

    private static SecurityModuleException absent() {
        return new SecurityModuleException(SecurityModuleException.Kind.UNAVAILABLE, REASON);
    }
}
