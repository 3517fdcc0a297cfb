package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.sale.SaleRequest;

/** What a client asks for: energy for a meter, for an amount of money. */
record SaleBody(
        @Schema(
                description = "The number on the meter (11 or 13 digits) or its PAN (18 digits).",
                example = "01234567897")
        String meter,

        @Schema(description = "Amount paid, in major units.", example = "100.00")
        String tender,

        @Schema(description = "Currency as in ISO 4217; the utility's.", example = "ZAR")
        String currency,

        @Schema(description = "How the customer paid; CASH if absent.")
        Optional<PaymentType> payment) {
    SaleRequest request(String requestId) {
        return new SaleRequest(
                requestId,
                meter,
                Fields.decimal("tender", tender),
                Fields.currency("currency", currency),
                payment.orElse(PaymentType.CASH));
    }
}
