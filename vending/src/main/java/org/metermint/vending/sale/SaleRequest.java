package org.metermint.vending.sale;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;

/**
 * What a channel asks the desk for. Form and bounds are the desk's matter: it refuses, and the refusal is an answer.
 *
 * @param requestId the client's own name for this sale, chosen once and kept for every repetition
 * @param meterNumber 11, 13 or 18 digits as the customer gave them
 * @param operator code of the person who sells, if the client names its people
 * @param terminal code of the device that sells, if the client stands for several
 */
public record SaleRequest(
        String requestId,
        String meterNumber,
        Amount amount,
        PaymentType payment,
        Optional<String> operator,
        Optional<String> terminal) {
    /** How much: for money, of what the meter measures, or what is free. */
    public sealed interface Amount {}

    /**
     * For this much money, levies and all.
     *
     * @param tender in major units; 100, 100.0 and 100.00 are the same amount
     * @param currency three letters
     */
    public record Tender(BigDecimal tender, String currency) implements Amount {
        public Tender {
            Objects.requireNonNull(tender, "tender");
            Objects.requireNonNull(currency, "currency");
        }
    }

    /**
     * This much energy, water, gas or time, at its price.
     *
     * @param units in whole units, such as 12.5 kWh
     */
    public record Units(BigDecimal units) implements Amount {
        public Units {
            Objects.requireNonNull(units, "units");
        }
    }

    /** The free units of this month that the account is entitled to. */
    public record FreeUnits() implements Amount {}

    public SaleRequest {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(meterNumber, "meterNumber");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(payment, "payment");
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(terminal, "terminal");
    }

    /** A request for money. */
    public SaleRequest(String requestId, String meterNumber, BigDecimal tender, String currency, PaymentType payment) {
        this(requestId, meterNumber, new Tender(tender, currency), payment, Optional.empty(), Optional.empty());
    }
}
