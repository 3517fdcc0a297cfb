package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.meter.MeterStatus;
import org.metermint.vending.meter.Meters;
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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Meters. */
@RestController
@RequestMapping(path = "/v1/meters", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class MeterController {
    private final Meters meters;

    MeterController(Meters meters) {
        this.meters = meters;
    }

    /** Whether the meter may be sold to. */
    record StatusBody(MeterStatus status) {}

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "registerMeter", summary = "Register a meter", description = "Role: ADMINISTRATOR.")
    MeterResource register(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody MeterResource body) {
        client.require(Role.ADMINISTRATOR);
        return MeterResource.of(meters.register(client.utility(), body.meter()));
    }

    @GetMapping("/{number}")
    @Operation(operationId = "getMeter", summary = "A meter, by its number or PAN")
    MeterResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable String number) {
        return meters.find(client.utility(), MeterNumbers.parse(number))
                .map(MeterResource::of)
                .orElseThrow(() -> Missing.record("meter"));
    }

    @PutMapping(path = "/{number}/status", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setMeterStatus",
            summary = "Block a meter for vending, or lift the block",
            description = "Role: ADMINISTRATOR.")
    MeterResource setStatus(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @RequestBody StatusBody body) {
        client.require(Role.ADMINISTRATOR);
        return MeterResource.of(meters.setStatus(client.utility(), MeterNumbers.parse(number), body.status()));
    }
}
