package org.metermint.secure.network;

import java.util.Optional;
import java.util.Set;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.VendingKeyName;

/** What requests of every kind have in common. */
final class Requests {
    private Requests() {}

    /** The meter and its key before the tokens are entered; none for meter tests, which every meter of a manufacturer takes. */
    static Optional<MeterKeyState> meter(IssueRequest request) {
        return switch (request) {
            case IssueCredit credit -> Optional.of(credit.meter());
            case IssueCurrencyCredit credit -> Optional.of(credit.meter());
            case IssueManagement management -> Optional.of(management.meter());
            case IssueKeyChange change -> Optional.of(change.from());
            case IssueMeterTest test -> Optional.empty();
        };
    }

    /** The vending keys that a module must hold to issue the tokens. */
    static Set<VendingKeyName> keys(IssueRequest request) {
        if (request instanceof IssueKeyChange change) {
            VendingKeyName from = VendingKeyName.of(change.from());
            VendingKeyName to = VendingKeyName.of(change.to());
            return from.equals(to) ? Set.of(from) : Set.of(from, to);
        }
        return meter(request).map(meter -> Set.of(VendingKeyName.of(meter))).orElseGet(Set::of);
    }

    /** Whether the token needs an identifier that the caller has left to the module. */
    static boolean leavesIdentifierToModule(IssueRequest request) {
        return switch (request) {
            case IssueCredit credit -> credit.tid() == null;
            case IssueCurrencyCredit credit -> credit.tid() == null;
            case IssueManagement management -> management.tid() == null;
            case IssueKeyChange change -> false;
            case IssueMeterTest test -> false;
        };
    }

    /** Requests of one lane must stay in their order: those for one meter. */
    static String lane(IssueRequest request) {
        return meter(request).map(meter -> meter.pan().digits()).orElseGet(() -> "test " + request.messageId());
    }
}
