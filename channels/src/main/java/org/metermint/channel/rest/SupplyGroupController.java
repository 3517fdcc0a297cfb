package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import java.util.Optional;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.SupplyGroupCode;
import org.metermint.vending.supply.SupplyGroups;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
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

/** Supply groups. */
@RestController
@RequestMapping(path = "/v1/supply-groups", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class SupplyGroupController {
    private final SupplyGroups groups;

    SupplyGroupController(SupplyGroups groups) {
        this.groups = groups;
    }

    /** The key that a group shall be on. */
    record KeyBody(
            @Schema(description = "KRN, 1 to 9.", example = "2")
            int revision) {}

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "registerSupplyGroup",
            summary = "Register a supply group",
            description = "Role: ADMINISTRATOR.")
    SupplyGroupResource register(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody SupplyGroupResource body) {
        client.require(Role.ADMINISTRATOR);
        return SupplyGroupResource.of(groups.register(client.utility(), body.group()));
    }

    @GetMapping
    @Operation(operationId = "listSupplyGroups", summary = "The supply groups, by code")
    Page<SupplyGroupResource> list(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        return Page.of(
                groups.all(client.utility()).stream()
                        .map(SupplyGroupResource::of)
                        .sorted(Comparator.comparing(SupplyGroupResource::code))
                        .toList(),
                cursor,
                limit,
                SupplyGroupResource::code);
    }

    @GetMapping("/{code}")
    @Operation(operationId = "getSupplyGroup", summary = "A supply group")
    SupplyGroupResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable String code) {
        return groups.find(client.utility(), Fields.parsed("code", code, SupplyGroupCode::parse))
                .map(SupplyGroupResource::of)
                .orElseThrow(() -> Missing.record("supply group"));
    }

    @PutMapping(path = "/{code}/key", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "moveSupplyGroup",
            summary = "Move a group to another key revision",
            description = "From then on each of its meters needs a key change before its next credit. Role:"
                    + " ADMINISTRATOR.")
    SupplyGroupResource moveTo(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String code,
            @RequestBody KeyBody body) {
        client.require(Role.ADMINISTRATOR);
        return SupplyGroupResource.of(groups.moveTo(
                client.utility(),
                Fields.parsed("code", code, SupplyGroupCode::parse),
                Fields.parsed("revision", body.revision(), KeyRevisionNumber::new)));
    }
}
