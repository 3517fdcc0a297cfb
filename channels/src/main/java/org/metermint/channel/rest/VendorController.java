package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.NewVendor;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.VendorStatus;
import org.metermint.vending.vendor.Vendors;
import org.springframework.http.HttpStatus;
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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Vendors and their terms. */
@RestController
@RequestMapping(path = "/v1/vendors", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Vendors")
final class VendorController {
    private final Vendors vendors;
    private final Utilities utilities;

    VendorController(Vendors vendors, Utilities utilities) {
        this.vendors = vendors;
        this.utilities = utilities;
    }

    /** Whether a vendor may sell. */
    record VendorStatusBody(VendorStatus status) {}

    /** How far below zero a balance may fall. */
    record CreditLineBody(
            @Schema(description = "In major units.", example = "500.00")
            String creditLine) {}

    /** The plan by which a vendor earns. */
    record PlanBody(
            @Schema(description = "Code of a commission plan; none if absent.")
            Optional<String> commissionPlan) {}

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "registerVendor",
            summary = "Register a vendor with its terms",
            description = "Roles: ADMINISTRATOR, FINANCE.")
    VendorResource register(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody VendorResource.NewVendorBody body) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE);
        Currency currency = Currency.of(utilities, client.utility());
        NewVendor vendor = body.vendor(currency);
        if (vendor.creditLine() > 0) {
            client.require(Role.FINANCE);
        }
        return VendorResource.of(vendors.register(client.utility(), vendor), currency);
    }

    @GetMapping
    @Operation(
            operationId = "listVendors",
            summary = "All vendors, by code",
            description = "Roles: ADMINISTRATOR, FINANCE, AUDITOR.")
    Page<VendorResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE, Role.AUDITOR);
        Currency currency = Currency.of(utilities, client.utility());
        return Page.of(
                vendors.all(client.utility()).stream()
                        .map(vendor -> VendorResource.of(vendor, currency))
                        .toList(),
                cursor,
                limit,
                VendorResource::code);
    }

    @GetMapping("/{code}")
    @Operation(
            operationId = "getVendor",
            summary = "A vendor with its balance",
            description = "Sellers and supervisors see their own.")
    VendorResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable String code) {
        client.requireSightOf(Fields.recordNumber(code));
        return vendors.find(client.utility(), code)
                .map(vendor -> VendorResource.of(vendor, Currency.of(utilities, client.utility())))
                .orElseThrow(() -> Missing.record("vendor"));
    }

    @PutMapping(path = "/{code}/status", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setVendorStatus",
            summary = "Suspend a vendor, or lift the suspension",
            description = "Roles: ADMINISTRATOR, FINANCE.")
    VendorResource setStatus(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String code,
            @RequestBody VendorStatusBody body) {
        client.require(Role.ADMINISTRATOR, Role.FINANCE);
        return VendorResource.of(
                vendors.setStatus(client.utility(), Fields.recordNumber(code), body.status()),
                Currency.of(utilities, client.utility()));
    }

    @PutMapping(path = "/{code}/credit-line", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setCreditLine",
            summary = "Set how far below zero the balance may fall",
            description = "Role: FINANCE.")
    VendorResource setCreditLine(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String code,
            @RequestBody CreditLineBody body) {
        requireFinanceOfAnother(client, code);
        Currency currency = Currency.of(utilities, client.utility());
        return VendorResource.of(
                vendors.setCreditLine(
                        client.utility(), Fields.recordNumber(code), currency.minor("credit_line", body.creditLine())),
                currency);
    }

    @PutMapping(path = "/{code}/commission-plan", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setCommissionPlan",
            summary = "Set the commission plan, or none",
            description = "Role: FINANCE.")
    VendorResource setCommissionPlan(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String code,
            @RequestBody PlanBody body) {
        requireFinanceOfAnother(client, code);
        return VendorResource.of(
                vendors.setCommissionPlan(client.utility(), Fields.recordNumber(code), body.commissionPlan()),
                Currency.of(utilities, client.utility()));
    }

    /** Nobody sets the terms of the vendor that he belongs to. */
    private static void requireFinanceOfAnother(ClientIdentity client, String vendor) {
        client.require(Role.FINANCE);
        client.requireOther(vendor);
    }
}
