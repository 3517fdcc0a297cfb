package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.YearMonth;
import org.metermint.token.MeterPan;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.beans.factory.ObjectProvider;
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

/** Accounts. */
@RestController
@RequestMapping(path = "/v1/accounts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class AccountController {
    /** The meter that an account has from now on. */
    record ReplacementBody(
            @Schema(description = "11, 13 or 18 digits; registered, and of no other account.", example = "01234567897")
            String meter,

            @Schema(description = "Why, 1 to 200 characters.", example = "display dark")
            String reason) {}

    private final Customers customers;
    private final Utilities utilities;
    private final Clock clock;

    AccountController(Customers customers, Utilities utilities, ObjectProvider<Clock> clock) {
        this.customers = customers;
        this.utilities = utilities;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "registerAccount", summary = "Register an account", description = "Role: ADMINISTRATOR.")
    AccountResource register(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody AccountResource body) {
        client.require(Role.ADMINISTRATOR);
        UtilitySettings settings = utilities.get(client.utility()).settings();
        YearMonth thisMonth = YearMonth.now(clock.withZone(settings.zone()));
        return AccountResource.of(
                customers.register(client.utility(), body.account(thisMonth, settings.minorDigits())),
                settings.minorDigits());
    }

    @GetMapping("/{number}")
    @Operation(operationId = "getAccount", summary = "An account")
    AccountResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable String number) {
        int digits = utilities.get(client.utility()).settings().minorDigits();
        return customers
                .account(client.utility(), Fields.recordNumber(number))
                .map(account -> AccountResource.of(account, digits))
                .orElseThrow(() -> Missing.record("account"));
    }

    @PutMapping(path = "/{number}/facts", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "setAccountFacts",
            summary = "Change what a tariff may need to know of an account",
            description =
                    "The next purchases are priced by it; what is absent is known no longer. Role: ADMINISTRATOR.")
    AccountResource setFacts(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @RequestBody FactsResource body) {
        client.require(Role.ADMINISTRATOR);
        return AccountResource.of(
                customers.change(client.utility(), Fields.recordNumber(number), body.facts("")),
                utilities.get(client.utility()).settings().minorDigits());
    }

    @PutMapping(path = "/{number}/meter", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "replaceMeter",
            summary = "Give an account another meter",
            description =
                    "Units of the month, charges, debts and free units stay with the account; the old meter is blocked"
                            + " for vending. Role: ADMINISTRATOR.")
    AccountResource replaceMeter(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number,
            @RequestBody ReplacementBody body) {
        MeterPan meter = MeterNumbers.parse(body.meter());
        return AccountResource.of(
                customers.replaceMeter(client, Fields.recordNumber(number), meter, body.reason()),
                utilities.get(client.utility()).settings().minorDigits());
    }
}
