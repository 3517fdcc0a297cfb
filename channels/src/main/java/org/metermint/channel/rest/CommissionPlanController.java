package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.CommissionPlan;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Settlement;
import org.metermint.vending.vendor.Vendors;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Commission plans, version by version. */
@RestController
@RequestMapping(path = "/v1/commission-plans", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Vendors")
final class CommissionPlanController {
    private final Vendors vendors;
    private final Utilities utilities;

    CommissionPlanController(Vendors vendors, Utilities utilities) {
        this.vendors = vendors;
        this.utilities = utilities;
    }

    /** A version of a plan, on the way in and out. */
    record CommissionPlanResource(
            @Schema(description = "1 to 32 of a-z, 0-9 and '-'.", example = "agents")
            String code,

            @Schema(description = "From 1, without gaps.") int version,

            @Schema(description = "Sales from this time on are under this version.", example = "2026-08-01T00:00:00Z")
            Instant effectiveFrom,

            @Schema(description = "Of the tender: 0 to 100, at most 4 decimals.", example = "2.5")
            String percent,

            @Schema(description = "In major units for each unit of the service.", example = "0.035")
            String perUnit,

            @Schema(description = "In major units for each sale.", example = "0.50")
            String perSale,

            @Schema(description = "In major units for each month.", example = "250.00")
            String perMonth,

            @Schema(description = "NET: at once, by a smaller debit of the float. GROSS: owed until it is paid.")
            Settlement settlement) {
        static CommissionPlanResource of(CommissionPlan plan, Currency currency) {
            return new CommissionPlanResource(
                    plan.code(),
                    plan.version(),
                    plan.effectiveFrom(),
                    plan.percent().toPlainString(),
                    plan.perUnit().movePointLeft(currency.digits()).toPlainString(),
                    currency.decimal(plan.perSale()),
                    currency.decimal(plan.perMonth()),
                    plan.settlement());
        }

        CommissionPlan plan(Currency currency) {
            return Fields.checked(() -> new CommissionPlan(
                    code,
                    version,
                    effectiveFrom,
                    Fields.decimal("percent", percent),
                    Fields.decimal("per_unit", perUnit).movePointRight(currency.digits()),
                    currency.minor("per_sale", perSale),
                    currency.minor("per_month", perMonth),
                    settlement));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "addCommissionPlan",
            summary = "Add a version of a commission plan",
            description = "Role: FINANCE. A version never changes: another commission is a new version.")
    CommissionPlanResource add(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody CommissionPlanResource body) {
        client.require(Role.FINANCE);
        Currency currency = Currency.of(utilities, client.utility());
        return CommissionPlanResource.of(vendors.addPlan(client.utility(), body.plan(currency)), currency);
    }

    @GetMapping
    @Operation(
            operationId = "listCommissionPlans",
            summary = "All versions of all commission plans, by code and version",
            description = "Roles: FINANCE, ADMINISTRATOR, AUDITOR.")
    Page<CommissionPlanResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        client.require(Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR);
        Currency currency = Currency.of(utilities, client.utility());
        return Page.of(
                vendors.plans(client.utility()).stream()
                        .map(plan -> CommissionPlanResource.of(plan, currency))
                        .toList(),
                cursor,
                limit,
                plan -> plan.code() + " %010d".formatted(plan.version()));
    }
}
