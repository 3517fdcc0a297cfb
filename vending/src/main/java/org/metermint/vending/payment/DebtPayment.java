package org.metermint.vending.payment;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.sale.PaymentType;

/**
 * What an account paid towards its debts, as its receipt says it. Amounts are minor units.
 *
 * @param id of the payment and of its journal entry
 * @param receiptNumber sales and payments of an installation are numbered together
 * @param vendor whose float paid for it
 * @param parts what of it went to which debt, in the order in which they were paid; they sum to the amount
 * @param owedAfter what the account owed after it, by all debts together
 */
public record DebtPayment(
        UUID id,
        long receiptNumber,
        String clientId,
        String vendor,
        String requestId,
        Instant receivedAt,
        String account,
        PaymentType payment,
        Optional<String> operator,
        Optional<String> terminal,
        Optional<Long> shift,
        long amount,
        List<Part> parts,
        long owedAfter) {
    public DebtPayment {
        parts = List.copyOf(parts);
    }

    /**
     * What of a payment went to one debt.
     *
     * @param label what receipts call the debt
     * @param balanceAfter what was left of it
     */
    public record Part(String reference, String label, long amount, long balanceAfter) {}
}
