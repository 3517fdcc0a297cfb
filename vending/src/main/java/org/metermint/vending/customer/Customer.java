package org.metermint.vending.customer;

import java.util.Optional;

/**
 * A person or firm that buys. Nothing here is ever copied into sales or postings, so that it can be erased.
 *
 * @param number the utility's number of the customer, 1 to 40 characters
 * @param name 1 to 120 characters
 * @param phone E.164 digits with a leading '+', if known
 * @param address one line of up to 200 characters, if known
 */
public record Customer(String number, String name, Optional<String> phone, Optional<String> address) {
    public Customer {
        Fields.text("customer number", number, 40);
        Fields.text("customer name", name, 120);
        phone = phone.map(Fields::phone);
        address.ifPresent(text -> Fields.text("address", text, 200));
    }

    /** Leaves everything personal out. */
    @Override
    public String toString() {
        return "Customer[" + number + "]";
    }
}
