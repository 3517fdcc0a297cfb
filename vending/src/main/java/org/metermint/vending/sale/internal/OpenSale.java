package org.metermint.vending.sale.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.token.CreditAmount;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.sale.SaleCredit;

/**
 * What a reservation says is to be issued: the same every time it is read, so that the module is asked the same.
 *
 * @param tid of the credit token; none if there is nothing to issue
 */
record OpenSale(
        UtilityId utility,
        UUID id,
        MeterKeyState target,
        SaleCredit credit,
        Optional<TokenIdentifier> tid,
        Optional<KeyChange> keyChange) {
    /** The key change set that comes with the sale, under a message id of its own. */
    record KeyChange(UUID messageId, MeterKeyState from, int tokens) {}

    /** The requests to the module in the order of entry: the key change set if there is one, then the credit if there is one. */
    List<IssueRequest> issueRequests() {
        List<IssueRequest> requests = new ArrayList<>();
        keyChange.ifPresent(change -> requests.add(
                new IssueKeyChange(MessageId.of(change.messageId()), change.from(), target, change.tokens())));
        tid.ifPresent(identifier -> requests.add(creditRequest(identifier)));
        return requests;
    }

    private IssueRequest creditRequest(TokenIdentifier tid) {
        return credit.type().isCurrency()
                ? new IssueCurrencyCredit(
                        MessageId.of(id), target, credit.type(), CurrencyAmount.ofSteps(credit.steps()), tid)
                : new IssueCredit(MessageId.of(id), target, credit.type(), new CreditAmount(credit.steps()), tid);
    }
}
