package org.metermint.vending.sale.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.supply.Service;

/** What a reservation says is to be issued: the same every time it is read, so that the module is asked the same. */
record OpenSale(
        UtilityId utility,
        UUID id,
        MeterKeyState target,
        Service service,
        long creditTenths,
        TokenIdentifier tid,
        Optional<KeyChange> keyChange) {
    /** The key change set that comes with the sale, under a message id of its own. */
    record KeyChange(UUID messageId, MeterKeyState from, int tokens) {}

    /** The requests to the module in the order of entry: the key change set if there is one, then the credit. */
    List<IssueRequest> issueRequests() {
        List<IssueRequest> requests = new ArrayList<>();
        keyChange.ifPresent(change -> requests.add(
                new IssueKeyChange(MessageId.of(change.messageId()), change.from(), target, change.tokens())));
        requests.add(new IssueCredit(MessageId.of(id), target, creditType(), new CreditAmount(creditTenths), tid));
        return requests;
    }

    private CreditType creditType() {
        return switch (service) {
            case ELECTRICITY -> CreditType.ELECTRICITY;
            case WATER -> CreditType.WATER;
            case GAS -> CreditType.GAS;
            case TIME -> CreditType.TIME;
        };
    }
}
