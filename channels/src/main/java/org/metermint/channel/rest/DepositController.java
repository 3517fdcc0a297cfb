package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Floats;
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

/** What moves a float beside sales. */
@RestController
@RequestMapping(path = "/v1/vendors/{vendor}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Float")
final class DepositController {
    private final Floats floats;
    private final Utilities utilities;

    DepositController(Floats floats, Utilities utilities) {
        this.floats = floats;
        this.utilities = utilities;
    }

    /** Which month's commission is to be paid. */
    record CommissionBody(
            @Schema(description = "A month that is over.", example = "2026-07")
            String month) {}

    /** Why something is rejected or continued. */
    record ReasonBody(
            @Schema(description = "1 to 200 characters.") String reason) {}

    @PostMapping(path = "/deposits", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "recordDeposit",
            summary = "Record a deposit or a withdrawal",
            description = "Role: FINANCE, of another vendor. It moves nothing until another client confirms it. The"
                    + " bank's reference makes it harmless to repeat.")
    DepositResource record(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @RequestBody DepositResource.DepositBody body) {
        Currency currency = Currency.of(utilities, client.utility());
        return DepositResource.of(
                floats.record(client, body.movement(Fields.recordNumber(vendor), currency)), currency);
    }

    @PostMapping(path = "/commissions", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "recordCommission",
            summary = "Record the payment of a vendor's commission into its float",
            description = "Role: FINANCE, of another vendor. What was earned and not paid, and the fixed amount of the"
                    + " month, which is paid once. It is confirmed as a deposit is.")
    DepositResource recordCommission(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @RequestBody CommissionBody body) {
        return DepositResource.of(
                floats.recordCommission(client, Fields.recordNumber(vendor), Fields.month("month", body.month())),
                Currency.of(utilities, client.utility()));
    }

    @GetMapping("/deposits")
    @Operation(
            operationId = "listDeposits",
            summary = "Deposits, withdrawals and paid commission, in the order in which they were recorded",
            description = "Sellers and supervisors see their own vendor's.")
    Page<DepositResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String vendor,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        client.requireSightOf(Fields.recordNumber(vendor));
        Currency currency = Currency.of(utilities, client.utility());
        return Page.after(
                cursor,
                limit,
                (id, most) -> floats.after(client.utility(), vendor, id, most).stream()
                        .map(movement -> DepositResource.of(movement, currency))
                        .toList(),
                DepositResource::id);
    }

    @GetMapping("/deposits/{id}")
    @Operation(
            operationId = "getDeposit",
            summary = "A deposit, a withdrawal or a paid commission",
            description = "Sellers and supervisors see their own vendor's.")
    DepositResource get(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String vendor,
            @PathVariable long id) {
        client.requireSightOf(Fields.recordNumber(vendor));
        return floats.find(client.utility(), vendor, id)
                .map(movement -> DepositResource.of(movement, Currency.of(utilities, client.utility())))
                .orElseThrow(() -> Missing.record("deposit"));
    }

    @PostMapping("/deposits/{id}/confirmation")
    @Operation(
            operationId = "confirmDeposit",
            summary = "Confirm, and book",
            description = "Role: FINANCE, another client than the one who recorded, and of another vendor.")
    DepositResource confirm(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @PathVariable long id) {
        return DepositResource.of(
                floats.confirm(client, Fields.recordNumber(vendor), id), Currency.of(utilities, client.utility()));
    }

    @PostMapping(path = "/deposits/{id}/rejection", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "rejectDeposit",
            summary = "Reject; nothing is booked",
            description = "Role: FINANCE, of another vendor. Its reference is free again.")
    DepositResource reject(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @PathVariable long id,
            @RequestBody ReasonBody body) {
        return DepositResource.of(
                floats.reject(client, Fields.recordNumber(vendor), id, body.reason()),
                Currency.of(utilities, client.utility()));
    }
}
