package org.metermint.secure.internal;

import java.util.List;
import java.util.Optional;
import org.metermint.secure.ClientName;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedRecord;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.TokenNumber;

/** A module as one client sees it: its permissions, its message ids. Closing it leaves the module open. */
record ClientView(SoftwareModule module, ClientName client) implements SecurityModule {
    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        return module.vendingKeys();
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        return module.issue(client, request);
    }

    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        return module.issueAll(client, requests);
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        return module.record(client, messageId).map(IssuedRecord::tokens);
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        return module.verify(client, meter, token);
    }

    @Override
    public ModuleStatus status() {
        return module.status();
    }

    @Override
    public void close() {
        // whoever opened the module closes it
    }
}
