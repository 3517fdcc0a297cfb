package org.metermint.vending.receipt;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a utility says of itself on receipts. Texts have no control characters; what is longer than a line of the paper is
 * wrapped.
 *
 * @param name 1 to 120 characters, in place of the utility's name, such as the name that is registered for tax
 * @param address up to 4 lines of 1 to 64 characters
 * @param taxNumber 1 to 32 characters
 * @param telephone help line, 1 to 40 characters
 * @param invoiceTitle what the law wants a tax invoice to be called, 1 to 60 characters; only with a tax number
 * @param message printed at the end, 1 to 160 characters
 * @param customer what is told of the customer
 */
public record Letterhead(
        Optional<String> name,
        List<String> address,
        Optional<String> taxNumber,
        Optional<String> telephone,
        Optional<String> invoiceTitle,
        Optional<String> message,
        CustomerDetails customer) {
    /** Of a utility that said nothing: its name alone, and the customer's. */
    public static final Letterhead PLAIN = new Letterhead(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            CustomerDetails.NAME);

    private static final int MOST_LINES = 4;

    public Letterhead {
        name.ifPresent(text -> require("name", text, 120));
        address = List.copyOf(address);
        if (address.size() > MOST_LINES) {
            throw new IllegalArgumentException(
                    "address of " + address.size() + " lines is above " + MOST_LINES + " lines; join some of them");
        }
        address.forEach(line -> require("address line", line, 64));
        taxNumber.ifPresent(text -> require("tax_number", text, 32));
        telephone.ifPresent(text -> require("telephone", text, 40));
        invoiceTitle.ifPresent(text -> require("invoice_title", text, 60));
        message.ifPresent(text -> require("message", text, 160));
        Objects.requireNonNull(customer, "customer");
        if (invoiceTitle.isPresent() && taxNumber.isEmpty()) {
            throw new IllegalArgumentException(
                    "invoice_title is given without tax_number; a tax invoice needs the number, so give both or neither");
        }
    }

    private static void require(String field, String text, int most) {
        int length = text.codePointCount(0, text.length());
        if (text.isBlank() || length > most) {
            throw new IllegalArgumentException(
                    field + " of " + length + " characters is blank or outside 1.." + most + " characters");
        }
        if (text.codePoints().anyMatch(Letterhead::isForbidden)) {
            throw new IllegalArgumentException(
                    field + " has a control character or half a letter; leave out line breaks and tabs");
        }
    }

    private static boolean isForbidden(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            default -> false;
        };
    }

    /**
     * A letterhead with the time from which sales are printed with it. A version never changes.
     *
     * @param number from 1
     */
    public record Version(int number, Instant effectiveFrom, Letterhead letterhead) {}
}
