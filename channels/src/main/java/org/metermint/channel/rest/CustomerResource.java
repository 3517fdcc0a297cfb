package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Optional;
import org.metermint.vending.customer.Customer;

/** A customer, on the way in and out. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record CustomerResource(
        @Schema(description = "The utility's number of the customer, 1 to 40 characters.", example = "C-1001")
        String number,

        @Schema(description = "1 to 120 characters; empty once it was erased.")
        String name,

        @Schema(description = "Country code first; answered as + and digits.", example = "+27821234567")
        Optional<String> phone,

        @Schema(description = "One line of up to 200 characters.")
        Optional<String> address,

        @Schema(
                description = "When name, phone and address were erased for good; answered only.",
                accessMode = Schema.AccessMode.READ_ONLY)
        Optional<String> erasedAt) {
    static CustomerResource of(Customer customer) {
        return new CustomerResource(
                customer.number(),
                customer.name(),
                customer.phone(),
                customer.address(),
                customer.erasedAt().map(Instant::toString));
    }

    Customer customer() {
        if (erasedAt.isPresent()) {
            throw new ProblemException(Problem.ofField(
                    "erased_at", Optional.empty(), "it is answered only; a customer is erased by its own path"));
        }
        return Fields.checked(() -> new Customer(number, name, phone, address));
    }

    /** Leaves everything personal out. */
    @Override
    public String toString() {
        return "CustomerResource[" + number + "]";
    }
}
