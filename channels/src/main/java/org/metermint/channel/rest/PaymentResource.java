package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.payment.DebtPayment;
import org.metermint.vending.payment.PaymentRequest;
import org.metermint.vending.sale.PaymentType;

/** What an account paid towards its debts: the receipt as data. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@Schema(name = "Payment")
record PaymentResource(
        UUID id,

        @Schema(description = "Sales and payments are numbered together.")
        long receiptNumber,

        String vendor,
        Instant receivedAt,
        String account,
        PaymentType payment,
        Optional<String> operator,
        Optional<String> terminal,

        @Schema(description = "Paid, in major units.", example = "100.00")
        String amount,

        String currency,

        @Schema(description = "What of it went to which debt; they sum to the amount.")
        List<PartResource> parts,

        @Schema(description = "What the account owes after it, by all debts together.", example = "250.00")
        String owedAfter) {
    /** What of a payment went to one debt. */
    @Schema(name = "PaymentPart")
    record PartResource(
            String debt,
            String label,
            String amount,

            @Schema(description = "What is left of it.", example = "50.00")
            String balanceAfter) {}

    /** What a till asks for. */
    @Schema(name = "PaymentBody")
    record PaymentBody(
            @Schema(description = "Paid, in major units; at most what is owed.", example = "100.00")
            String amount,

            @Schema(description = "The utility's, as in ISO 4217.", example = "ZAR")
            String currency,

            @Schema(description = "How the customer paid; CASH if absent.")
            Optional<PaymentType> payment,

            @Schema(
                    description = "Reference of the debt that is paid; if absent, all are, by priority and then age.",
                    example = "arrears-2025")
            Optional<String> debt,

            @Schema(description = "Code of the operator, if the client names its people.", example = "thandi")
            Optional<String> operator,

            @Schema(description = "Code of the terminal, if the client stands for several.", example = "pos-7")
            Optional<String> terminal) {
        PaymentRequest request(String requestId, String account) {
            return new PaymentRequest(
                    requestId,
                    account,
                    Fields.decimal("amount", amount),
                    Fields.currency("currency", currency),
                    payment.orElse(PaymentType.CASH),
                    debt.map(reference -> Fields.code("debt", reference, 40)),
                    operator.map(code -> Fields.code("operator", code, 32)),
                    terminal.map(code -> Fields.code("terminal", code, 32)));
        }
    }

    static PaymentResource of(DebtPayment payment, Currency currency) {
        return new PaymentResource(
                payment.id(),
                payment.receiptNumber(),
                payment.vendor(),
                payment.receivedAt(),
                payment.account(),
                payment.payment(),
                payment.operator(),
                payment.terminal(),
                currency.decimal(payment.amount()),
                currency.code(),
                payment.parts().stream()
                        .map(part -> new PartResource(
                                part.reference(),
                                part.label(),
                                currency.decimal(part.amount()),
                                currency.decimal(part.balanceAfter())))
                        .toList(),
                currency.decimal(payment.owedAfter()));
    }
}
