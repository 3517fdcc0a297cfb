package org.metermint.vending.sale;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * What a channel asks the desk for. Form and bounds are the desk's matter: it refuses, and the refusal is an answer.
 *
 * @param requestId the client's own name for this sale, chosen once and kept for every repetition
 * @param meterNumber 11, 13 or 18 digits as the customer gave them
 * @param tender the amount in major units; 100, 100.0 and 100.00 are the same amount
 * @param currency three letters
 */
public record SaleRequest(
        String requestId, String meterNumber, BigDecimal tender, String currency, PaymentType payment) {
    public SaleRequest {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(meterNumber, "meterNumber");
        Objects.requireNonNull(tender, "tender");
        Objects.requireNonNull(currency, "currency");
        Objects.requireNonNull(payment, "payment");
    }
}
