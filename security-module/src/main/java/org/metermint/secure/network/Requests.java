package org.metermint.secure.network;

import java.util.Optional;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.MeterKeyState;

/** What requests of several kinds have in common. */
final class Requests {
    private Requests() {}

    /** The meter and the key that tokens of a request are encrypted under; nothing for meter tests. */
    static Optional<MeterKeyState> meter(IssueRequest request) {
        return switch (request) {
            case IssueCredit credit -> Optional.of(credit.meter());
            case IssueCurrencyCredit credit -> Optional.of(credit.meter());
            case IssueManagement management -> Optional.of(management.meter());
            case IssueKeyChange change -> Optional.of(change.from());
            case IssueMeterTest test -> Optional.empty();
        };
    }
}
