package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.metermint.vending.customer.Customers;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Role;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Customers. */
@RestController
@RequestMapping(path = "/v1/customers", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Registers")
final class CustomerController {
    private final Customers customers;

    CustomerController(Customers customers) {
        this.customers = customers;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "registerCustomer", summary = "Register a customer", description = "Role: ADMINISTRATOR.")
    CustomerResource register(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @RequestBody CustomerResource body) {
        client.require(Role.ADMINISTRATOR);
        return CustomerResource.of(customers.register(client.utility(), body.customer()));
    }

    @GetMapping("/{number}")
    @Operation(operationId = "getCustomer", summary = "A customer")
    CustomerResource get(@RequestAttribute(ClientFilter.CLIENT) ClientIdentity client, @PathVariable String number) {
        return customers
                .customer(client.utility(), Fields.recordNumber(number))
                .map(CustomerResource::of)
                .orElseThrow(() -> Missing.record("customer"));
    }

    @DeleteMapping("/{number}/personal-data")
    @Operation(
            operationId = "eraseCustomer",
            summary = "Erase a customer's personal data",
            description = "Name, phone and address are gone for good; the number, accounts, sales and books stay, which"
                    + " never held them. Erasing again changes nothing. Needs the role ADMINISTRATOR.")
    CustomerResource erase(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String number) {
        client.require(Role.ADMINISTRATOR);
        return CustomerResource.of(customers.erase(client.utility(), Fields.recordNumber(number)));
    }
}
