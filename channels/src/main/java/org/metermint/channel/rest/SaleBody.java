package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.SaleRequest;

/** What a client asks for: credit for a meter, for an amount of money or of so many units. */
record SaleBody(
        @Schema(
                description = "The number on the meter (11 or 13 digits) or its PAN (18 digits).",
                example = "01234567897")
        String meter,

        @Schema(description = "Amount paid, in major units; either this or units.", example = "100.00")
        Optional<String> tender,

        @Schema(description = "Currency of the tender as in ISO 4217; the utility's.", example = "ZAR")
        Optional<String> currency,

        @Schema(
                description = "Units to buy, at their price; a multiple of 0.1. Either this or tender.",
                example = "12.5")
        Optional<String> units,

        @Schema(
                description =
                        "The free units of this month that the account is entitled to, and nothing else: true, and"
                                + " neither tender nor units.")
        Optional<Boolean> freeUnits,

        @Schema(description = "How the customer paid; CASH if absent.")
        Optional<PaymentType> payment,

        @Schema(description = "Code of the operator who sells, if the client names its people.", example = "thandi")
        Optional<String> operator,

        @Schema(description = "Code of the terminal that sells, if the client stands for several.", example = "pos-7")
        Optional<String> terminal) {
    private static final int LONGEST_CODE = 32;

    SaleRequest request(String requestId) {
        return new SaleRequest(
                requestId,
                meter,
                amount(),
                payment.orElse(PaymentType.CASH),
                operator.map(code -> Fields.code("operator", code, LONGEST_CODE)),
                terminal.map(code -> Fields.code("terminal", code, LONGEST_CODE)));
    }

    private SaleRequest.Amount amount() {
        if (freeUnits.orElse(false)) {
            refuse("tender", tender, "free units cost nothing; ask for them by themselves");
            refuse("currency", currency, "it belongs to a tender; free units cost nothing");
            refuse("units", units, "how many units are free is the utility's to say; leave them out");
            return new SaleRequest.FreeUnits();
        }
        if (units.isPresent()) {
            refuse("tender", tender, "a sale is by tender or by units, not by both");
            refuse("currency", currency, "it belongs to a tender; a sale by units is in the utility's currency");
            return new SaleRequest.Units(Fields.decimal("units", units.get()));
        }
        String amount = tender.orElseThrow(() -> missing("tender", "a sale needs tender and currency, or units"));
        String money = currency.orElseThrow(() -> missing("currency", "a tender needs its currency"));
        return new SaleRequest.Tender(Fields.decimal("tender", amount), Fields.currency("currency", money));
    }

    private static void refuse(String field, Optional<String> given, String why) {
        given.ifPresent(value -> {
            throw new ProblemException(Problem.ofField(field, Optional.of(value), why));
        });
    }

    private static ProblemException missing(String field, String why) {
        return new ProblemException(Problem.of(Fault.MEMBER_MISSING, why, Optional.of(field), Optional.empty()));
    }
}
