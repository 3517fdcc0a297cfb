package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.CashUp;
import org.metermint.vending.shift.Continuation;
import org.metermint.vending.shift.Shift;
import org.metermint.vending.shift.ShiftTotal;

/** A shift; its totals and its count for those who may see them. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record ShiftResource(
        long id,
        String vendor,
        String client,
        Optional<String> terminal,
        String operator,

        @Schema(description = "In the till before, in major units.", example = "200.00")
        String openingCash,

        @Schema(example = "ZAR") String currency,
        String openedBy,
        Instant openedAt,

        @Schema(description = "The closed shift that this one continues.")
        Optional<ContinuationResource> continues,

        Optional<Instant> closedAt,
        Optional<String> closedBy,

        @Schema(description = "The sales batch that it stands in.")
        Optional<Long> salesBatch,

        @Schema(description = "After closing; for sellers after the count only.")
        Optional<List<TotalResource>> totals,

        Optional<CashUpResource> cashUp) {

    /** That something continues what was closed. */
    @Schema(name = "Continuation")
    record ContinuationResource(
            @Schema(description = "Id of the closed one.") long of,
            @Schema(description = "1 to 200 characters.") String reason) {
        static ContinuationResource from(Continuation continuation) {
            return new ContinuationResource(continuation.of(), continuation.reason());
        }

        Continuation continuation() {
            return Fields.checked(() -> new Continuation(of, reason));
        }
    }

    /** What was sold for one means of payment. */
    @Schema(name = "ShiftTotal")
    record TotalResource(
            PaymentType payment,
            long sales,

            @Schema(description = "Tenders of all sales and payments towards debts, in major units.")
            String sold,

            @Schema(description = "Tenders of sales that were undone, in major units.")
            String undone) {
        static TotalResource of(ShiftTotal total, Currency currency) {
            return new TotalResource(
                    total.payment(), total.sales(), currency.decimal(total.sold()), currency.decimal(total.undone()));
        }
    }

    /** What was counted. */
    @Schema(name = "CashUp")
    record CashUpResource(
            String countedBy,
            Instant countedAt,

            @Schema(description = "Over is above zero, short below; in major units.", example = "-1.00")
            String overShort,

            List<CountResource> counts) {
        static CashUpResource of(CashUp cashUp, Currency currency) {
            return new CashUpResource(
                    cashUp.countedBy(),
                    cashUp.countedAt(),
                    currency.decimal(cashUp.overShort()),
                    cashUp.counts().stream()
                            .map(count -> new CountResource(
                                    count.payment(),
                                    currency.decimal(count.expected()),
                                    currency.decimal(count.counted()),
                                    currency.decimal(count.overShort())))
                            .toList());
        }
    }

    /** One means of payment. */
    @Schema(name = "Count")
    record CountResource(
            PaymentType payment,

            @Schema(description = "Cash with the opening cash.")
            String expected,

            String counted,
            String overShort) {}

    static ShiftResource of(
            Shift shift, Optional<List<ShiftTotal>> totals, Optional<CashUp> cashUp, Currency currency) {
        return new ShiftResource(
                shift.id(),
                shift.vendor(),
                shift.client(),
                shift.terminal(),
                shift.operator(),
                currency.decimal(shift.openingCash()),
                currency.code(),
                shift.openedBy(),
                shift.openedAt(),
                shift.continues().map(ContinuationResource::from),
                shift.closedAt(),
                shift.closedBy(),
                shift.salesBatch(),
                totals.map(all -> all.stream()
                        .map(total -> TotalResource.of(total, currency))
                        .toList()),
                cashUp.map(counted -> CashUpResource.of(counted, currency)));
    }
}
