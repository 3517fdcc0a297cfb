package org.metermint.vending.payment;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;
import org.metermint.vending.sale.PaymentType;

/**
 * What a till asks for when an account pays towards its debts. Bounds are the matter of {@link Payments}: it refuses,
 * and the refusal is an answer.
 *
 * @param requestId the client's own name for this payment, 1 to 64 printable ASCII characters, kept for every repetition
 * @param account number of the account
 * @param amount in major units; 100, 100.0 and 100.00 are the same amount
 * @param currency three letters
 * @param debt reference of the debt that is paid; without one all are, by priority and then age
 * @param operator code of the person at the till, if the client names its people
 * @param terminal code of the device, if the client stands for several
 */
public record PaymentRequest(
        String requestId,
        String account,
        BigDecimal amount,
        String currency,
        PaymentType payment,
        Optional<String> debt,
        Optional<String> operator,
        Optional<String> terminal) {
    public PaymentRequest {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(currency, "currency");
        Objects.requireNonNull(payment, "payment");
        Objects.requireNonNull(debt, "debt");
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(terminal, "terminal");
    }
}
