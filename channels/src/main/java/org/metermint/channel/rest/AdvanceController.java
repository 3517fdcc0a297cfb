package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.metermint.vending.debt.AdvancedUnits;
import org.metermint.vending.debt.Advances;
import org.metermint.vending.debt.Advances.NewAdvance;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Units that were given in advance. */
@RestController
@RequestMapping(path = "/v1/accounts/{number}/advances/{reference}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Debts")
final class AdvanceController {
    private static final String USUAL_LABEL = "Units in advance";
    private static final int USUAL_PRIORITY = 10;
    private static final String USUAL_PERCENT = "10";

    private final Advances advances;
    private final Utilities utilities;

    AdvanceController(Advances advances, Utilities utilities) {
        this.advances = advances;
        this.utilities = utilities;
    }

    /** Units in advance. */
    record AdvanceBody(
            @Schema(description = "Units above 0, with one decimal at most.", example = "20.0")
            String units,

            @Schema(
                    description = "What receipts say; \"Units in advance\" if absent.",
                    example = "Units at installation")
            Optional<String> label,

            @Schema(description = "Lower ones are recovered first, 0 to 1000; 10 if absent.", example = "10")
            Optional<Integer> priority,

            @Schema(description = "What each purchase pays back, percent of the payment; 10 if absent.", example = "10")
            Optional<String> percent) {}

    /** Units in advance, what they were valued at, and the debt that they became. */
    @Schema(name = "Advance")
    record AdvanceResource(
            String account,
            String reference,
            String units,

            @Schema(description = "Id of the tariff that valued them.")
            String tariff,

            int tariffVersion,
            Instant valuedAt,

            @Schema(description = "Their price with taxes and levies, without charges and debts.", example = "55.20")
            String amount,

            String recordedBy,
            DebtResource debt) {
        static AdvanceResource of(AdvancedUnits advance, Currency currency) {
            return new AdvanceResource(
                    advance.account(),
                    advance.reference(),
                    advance.units().toPlainString(),
                    advance.tariff(),
                    advance.tariffVersion(),
                    advance.valuedAt(),
                    currency.decimal(advance.amount()),
                    advance.recordedBy(),
                    DebtResource.of(advance.debt(), currency.digits()));
        }
    }

    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "putAdvance",
            summary = "Record units that are in the meter already as a debt",
            description = "Valued by the account's tariff at this moment. No token is made, and the month's units stay."
                    + " The same again changes nothing. Role: FINANCE.")
    AdvanceResource put(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @PathVariable String reference,
            @RequestBody AdvanceBody body) {
        BigDecimal units = Fields.decimal("units", body.units());
        BigDecimal percent = Fields.decimal("percent", body.percent().orElse(USUAL_PERCENT));
        NewAdvance advance = new NewAdvance(
                Fields.recordNumber(number),
                reference,
                units,
                body.label().orElse(USUAL_LABEL),
                body.priority().orElse(USUAL_PRIORITY),
                percent);
        return AdvanceResource.of(advances.record(client, advance), Currency.of(utilities, client.utility()));
    }

    @GetMapping
    @Operation(
            operationId = "getAdvance",
            summary = "Units in advance",
            description = "Roles: FINANCE, ADMINISTRATOR, AUDITOR.")
    AdvanceResource get(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String number,
            @PathVariable String reference) {
        client.require(Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR);
        return advances.find(client.utility(), Fields.recordNumber(number), Fields.recordNumber(reference))
                .map(advance -> AdvanceResource.of(advance, Currency.of(utilities, client.utility())))
                .orElseThrow(() -> Missing.record("advance"));
    }
}
