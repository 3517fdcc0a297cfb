package org.metermint.vending.customer;

import java.time.Instant;
import java.util.Optional;

/**
 * A person or firm that buys. Nothing here is ever copied into sales or postings, so that it can be erased.
 *
 * @param number the utility's number of the customer, 1 to 40 characters
 * @param name 1 to 120 characters; empty if it was erased
 * @param phone E.164 digits with a leading '+', if known
 * @param address one line of up to 200 characters, if known
 * @param erasedAt when name, phone and address were erased for good, if they were
 */
public record Customer(
        String number, String name, Optional<String> phone, Optional<String> address, Optional<Instant> erasedAt) {
    public Customer {
        Fields.text("customer number", number, 40);
        if (erasedAt.isPresent()) {
            if (!name.isEmpty() || phone.isPresent() || address.isPresent()) {
                throw new IllegalArgumentException(
                        "a customer whose personal data was erased has no name, phone or address; leave them empty");
            }
        } else {
            Fields.text("customer name", name, 120);
        }
        phone = phone.map(Fields::phone);
        address.ifPresent(text -> Fields.text("address", text, 200));
    }

    /** A customer with personal data. */
    public Customer(String number, String name, Optional<String> phone, Optional<String> address) {
        this(number, name, phone, address, Optional.empty());
    }

    /** A customer of whom the number is left. */
    public static Customer erased(String number, Instant at) {
        return new Customer(number, "", Optional.empty(), Optional.empty(), Optional.of(at));
    }

    /** Leaves everything personal out. */
    @Override
    public String toString() {
        return "Customer[" + number + "]";
    }
}
