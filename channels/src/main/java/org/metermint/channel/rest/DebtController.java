package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.metermint.vending.debt.DebtTerms;
import org.metermint.vending.debt.Debts;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Debts of accounts. */
@RestController
@RequestMapping(path = "/v1/accounts/{number}/debts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Debts")
final class DebtController {
    private final Debts debts;
    private final Utilities utilities;

    DebtController(Debts debts, Utilities utilities) {
        this.debts = debts;
        this.utilities = utilities;
    }

    @PutMapping(path = "/{reference}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "putDebt",
            summary = "Put a debt into the books, to be recovered from purchases, or change its terms",
            description =
                    "The type stays once it is in the books, and the amount changes by two persons; what is left of it"
                            + " stands in the account."
                            + " Role: FINANCE.")
    DebtResource put(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @PathVariable String reference,
            @RequestBody DebtResource.DebtBody body) {
        int digits = utilities.get(client.utility()).settings().minorDigits();
        long amount = Fields.minorUnits("amount", body.amount(), digits);
        DebtTerms terms = body.terms(amount, digits);
        return DebtResource.of(debts.put(client, Fields.recordNumber(number), reference, amount, terms), digits);
    }
}
