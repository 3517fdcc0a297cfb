package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.entitlement.Claim;
import org.metermint.vending.entitlement.Entitlement;
import org.metermint.vending.entitlement.Entitlements;
import org.metermint.vending.money.Money;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who is entitled to free units, by whose list, and what was taken. */
@RestController
@RequestMapping(path = "/v1/free-units", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class EntitlementController {
    private static final String LIST = "/lists/{reference}";

    private final Entitlements entitlements;

    EntitlementController(Entitlements entitlements) {
        this.entitlements = entitlements;
    }

    /** The free units of one account. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @Schema(name = "Entitlement")
    record EntitlementBody(
            @Schema(
                    description =
                            "Units of each month, a multiple of 0.1, to 1638.3; 0 ends what an earlier list gave.",
                    example = "50")
            String units,

            @Schema(description = "The first month.", example = "2026-07")
            String first,

            @Schema(description = "The last month; without end if absent.", example = "2027-06")
            Optional<String> last) {
        static EntitlementBody of(Entitlement entitlement) {
            return new EntitlementBody(
                    BigDecimal.valueOf(entitlement.tenths(), 1).toPlainString(),
                    entitlement.first().toString(),
                    entitlement.last().map(YearMonth::toString));
        }
    }

    /** What the accounts of a list took in a month. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @Schema(name = "Claim")
    record ClaimResource(
            String list,
            String funder,

            @Schema(description = "How many took their units.")
            long accounts,

            @Schema(example = "61250.0") String units,

            @Schema(description = "How many more are reserved, and not issued yet.")
            long open,

            @Schema(description = "What the funder owes, if the list has a rate.", example = "94937.50")
            Optional<String> amount,

            Optional<String> currency) {
        static ClaimResource of(Claim claim) {
            return new ClaimResource(
                    claim.list(),
                    claim.funder(),
                    claim.accounts(),
                    BigDecimal.valueOf(claim.tenths(), 1).toPlainString(),
                    claim.open(),
                    claim.amount().map(Money::decimal),
                    claim.amount().map(Money::currency));
        }
    }

    @PutMapping(path = LIST, consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "recordEntitlementList",
            summary = "Record a list of accounts that are entitled to free units",
            description = "It gives nothing until another person approves. Roles: ADMINISTRATOR, FINANCE.")
    EntitlementListResource record(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable @Parameter(description = "1 to 40 letters, digits, '.', '_' and '-'.") String reference,
            @RequestBody EntitlementListResource.ListBody body) {
        return EntitlementListResource.of(entitlements.record(client, reference, body.terms()));
    }

    @PutMapping(path = LIST + "/accounts/{number}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "putEntitlement",
            summary = "Put an account on a list that nobody has decided about",
            description = "Once there it stays as it is. Roles: ADMINISTRATOR, FINANCE.")
    EntitlementBody put(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String reference,
            @PathVariable String number,
            @RequestBody EntitlementBody body) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE);
        entitlements.add(
                client.utility(),
                Fields.recordNumber(reference),
                Fields.recordNumber(number),
                Fields.minorUnits("units", body.units(), 1),
                Fields.month("first", body.first()),
                body.last().map(text -> Fields.month("last", text)));
        return body;
    }

    @PostMapping(LIST + "/approval")
    @Operation(
            operationId = "approveEntitlementList",
            summary = "Let a list hold",
            description = "From then on its accounts have what it gives them, in place of what an earlier one gave. For"
                    + " FINANCE, who did not record it.")
    EntitlementListResource approve(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String reference) {
        return EntitlementListResource.of(entitlements.approve(client, Fields.recordNumber(reference)));
    }

    @PostMapping(LIST + "/rejection")
    @Operation(
            operationId = "rejectEntitlementList",
            summary = "Let a list never hold",
            description = "For FINANCE, who did not record it.")
    EntitlementListResource reject(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String reference) {
        return EntitlementListResource.of(entitlements.reject(client, Fields.recordNumber(reference)));
    }

    @GetMapping("/lists")
    @Operation(
            operationId = "listEntitlementLists",
            summary = "All lists, the newest first",
            description = "Roles: ADMINISTRATOR, FINANCE, AUDITOR.")
    List<EntitlementListResource> lists(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE, Role.AUDITOR);
        return entitlements.all(client.utility()).stream()
                .map(EntitlementListResource::of)
                .toList();
    }

    @GetMapping(LIST)
    @Operation(
            operationId = "getEntitlementList",
            summary = "A list",
            description = "Roles: ADMINISTRATOR, FINANCE, AUDITOR.")
    EntitlementListResource list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable String reference) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE, Role.AUDITOR);
        return entitlements
                .find(client.utility(), Fields.recordNumber(reference))
                .map(EntitlementListResource::of)
                .orElseThrow(() -> Missing.record("list"));
    }

    @GetMapping("/accounts/{number}")
    @Operation(
            operationId = "getEntitlement",
            summary = "The free units of an account",
            description = "What the list gives that holds for it.")
    EntitlementBody account(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable String number) {
        return entitlements
                .of(client.utility(), Fields.recordNumber(number))
                .map(EntitlementBody::of)
                .orElseThrow(() -> Missing.record("account on a list"));
    }

    @GetMapping("/claims")
    @Operation(
            operationId = "listClaims",
            summary = "What was taken of free units in a month, by list",
            description = "For the account of those who pay for them. Roles: FINANCE, AUDITOR.")
    List<ClaimResource> claims(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "A month of the utility's zone.", example = "2026-07")
                    String month) {
        client.require(Role.FINANCE, Role.AUDITOR);
        return entitlements.claims(client.utility(), Fields.month("month", month)).stream()
                .map(ClaimResource::of)
                .toList();
    }
}
