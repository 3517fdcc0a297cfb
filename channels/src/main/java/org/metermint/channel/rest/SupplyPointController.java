package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.customer.SupplyPoint;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.vendor.ClientIdentity;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Whom and what a till sells to, found by what the customer can name. */
@RestController
@RequestMapping(path = "/v1/supply-points", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Look-up")
final class SupplyPointController {
    private static final int MOST = 100;
    private static final int LONGEST_TEXT = 120;

    private final Customers customers;
    private final Utilities utilities;

    SupplyPointController(Customers customers, Utilities utilities) {
        this.customers = customers;
        this.utilities = utilities;
    }

    /** A customer with one of the accounts, and the meter there. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record SupplyPointResource(
            CustomerResource customer, Optional<AccountResource> account, Optional<MeterResource> meter) {
        static SupplyPointResource of(SupplyPoint point, int minorDigits) {
            return new SupplyPointResource(
                    CustomerResource.of(point.customer()),
                    point.account().map(account -> AccountResource.of(account, minorDigits)),
                    point.meter().map(MeterResource::of));
        }
    }

    /** What was found. */
    record Found(List<SupplyPointResource> items) {}

    @GetMapping
    @Operation(
            operationId = "findSupplyPoints",
            summary = "Find a customer",
            description = "By meter number, customer or account number, phone, or the beginning of the name; the first"
                    + " of these that finds something answers.")
    Found find(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestParam("q") @Parameter(description = "What the customer named, 1 to 120 characters.") String text,
            @RequestParam(defaultValue = "20") @Parameter(description = "The most to answer, 1 to 100.") int limit) {
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(Problem.of(
                    Fault.PARAMETER_INVALID,
                    "it needs 1.." + MOST,
                    Optional.of("limit"),
                    Optional.of(Integer.toString(limit))));
        }
        if (text.isBlank() || text.length() > LONGEST_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(Problem.of(
                    Fault.PARAMETER_INVALID,
                    "it needs 1.." + LONGEST_TEXT + " characters, none of them a control character",
                    Optional.of("q"),
                    Optional.empty()));
        }
        int digits = utilities.get(client.utility()).settings().minorDigits();
        return new Found(customers.find(client.utility(), text, limit).stream()
                .map(point -> SupplyPointResource.of(point, digits))
                .toList());
    }
}
