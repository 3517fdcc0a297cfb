package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import org.metermint.vending.debt.DebtChange;
import org.metermint.vending.debt.DebtChanges;
import org.metermint.vending.debt.DebtChanges.NewDebtChange;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Changes of what a debt amounts to. */
@RestController
@RequestMapping(path = "/v1/accounts/{number}/debts/{reference}/changes", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Debts")
final class DebtChangeController {
    private final DebtChanges changes;
    private final Utilities utilities;

    DebtChangeController(DebtChanges changes, Utilities utilities) {
        this.changes = changes;
        this.utilities = utilities;
    }

    /** That a debt be more or less than it is. */
    record DebtChangeBody(
            @Schema(
                    description = "INTEREST or INCREASE, by which more is owed; DECREASE if it was booked too high;"
                            + " WRITE_OFF if the utility gives it up.")
            DebtChange.Kind kind,

            @Schema(
                    description = "By how much, in major units, above zero. A write-off takes no more than is owed when"
                            + " it is approved.",
                    example = "12.50")
            String amount,

            @Schema(description = "Why, 1 to 200 characters.", example = "interest of July")
            String reason) {}

    /** A change of a debt, and what was decided. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @Schema(name = "DebtChange")
    record DebtChangeResource(
            long id,
            String account,
            String debt,
            DebtChange.Kind kind,
            String amount,
            String reason,
            String requestedBy,
            Instant requestedAt,

            @Schema(description = "Whether it was approved; left out while nobody has decided.")
            Optional<Boolean> approved,

            Optional<String> decidedBy,
            Optional<Instant> decidedAt,

            @Schema(description = "Once owed before the change; this and the next three only if it was approved.")
            Optional<String> originalBefore,

            Optional<String> originalAfter,
            Optional<String> balanceBefore,
            Optional<String> balanceAfter) {
        static DebtChangeResource of(DebtChange change, Currency currency) {
            Optional<DebtChange.Decision> decision = change.decision();
            Optional<DebtChange.Effect> effect = decision.flatMap(DebtChange.Decision::effect);
            return new DebtChangeResource(
                    change.id(),
                    change.account(),
                    change.reference(),
                    change.kind(),
                    currency.decimal(change.amount()),
                    change.reason(),
                    change.requestedBy(),
                    change.requestedAt(),
                    decision.map(DebtChange.Decision::approved),
                    decision.map(DebtChange.Decision::by),
                    decision.map(DebtChange.Decision::at),
                    effect.map(was -> currency.decimal(was.originalBefore())),
                    effect.map(was -> currency.decimal(was.originalAfter())),
                    effect.map(was -> currency.decimal(was.balanceBefore())),
                    effect.map(was -> currency.decimal(was.balanceAfter())));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "requestDebtChange",
            summary = "Ask for a debt to be raised, lowered or written off",
            description = "Nothing changes until another person approves. Role: FINANCE.")
    DebtChangeResource request(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @PathVariable String reference,
            @RequestBody DebtChangeBody body) {
        Currency currency = Currency.of(utilities, client.utility());
        NewDebtChange change = new NewDebtChange(
                Fields.recordNumber(number),
                Fields.recordNumber(reference),
                body.kind(),
                currency.minor("amount", body.amount()),
                body.reason());
        return DebtChangeResource.of(changes.request(client, key, change), currency);
    }

    @PostMapping("/{id}/approval")
    @Operation(
            operationId = "approveDebtChange",
            summary = "Change the debt",
            description = "In the register and in the books. For FINANCE who did not ask for it.")
    DebtChangeResource approve(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @PathVariable String reference,
            @PathVariable long id) {
        return DebtChangeResource.of(
                changes.approve(client, Fields.recordNumber(number), Fields.recordNumber(reference), id),
                Currency.of(utilities, client.utility()));
    }

    @PostMapping("/{id}/rejection")
    @Operation(
            operationId = "rejectDebtChange",
            summary = "Leave the debt as it is",
            description = "For FINANCE; who asked may take it back so.")
    DebtChangeResource reject(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @PathVariable String reference,
            @PathVariable long id) {
        return DebtChangeResource.of(
                changes.reject(client, Fields.recordNumber(number), Fields.recordNumber(reference), id),
                Currency.of(utilities, client.utility()));
    }

    @GetMapping
    @Operation(
            operationId = "listDebtChanges",
            summary = "The changes of a debt, the first first",
            description = "Roles: FINANCE, ADMINISTRATOR, AUDITOR.")
    Page<DebtChangeResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String number,
            @PathVariable String reference,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        client.require(Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR);
        Currency currency = Currency.of(utilities, client.utility());
        return Page.of(
                changes.of(client.utility(), Fields.recordNumber(number), Fields.recordNumber(reference)).stream()
                        .map(change -> DebtChangeResource.of(change, currency))
                        .toList(),
                cursor,
                limit,
                change -> "%019d".formatted(change.id()));
    }
}
