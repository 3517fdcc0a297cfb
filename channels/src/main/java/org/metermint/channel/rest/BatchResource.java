package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.sale.PaymentType;
import org.metermint.vending.shift.BankingBatch;
import org.metermint.vending.shift.SalesBatch;

/** Sales batches and banking batches as they are answered. */
final class BatchResource {
    private BatchResource() {}

    /** Counted shifts, gathered. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @Schema(name = "SalesBatch")
    record SalesBatchResource(
            long id,
            String vendor,
            @Schema(example = "ZAR") String currency,
            String madeBy,
            Instant madeAt,

            @Schema(description = "The batch that this one adds to.")
            Optional<ShiftResource.ContinuationResource> continues,

            List<Long> shifts,
            List<BatchTotalResource> totals) {
        static SalesBatchResource of(SalesBatch batch, Currency currency) {
            return new SalesBatchResource(
                    batch.id(),
                    batch.vendor(),
                    currency.code(),
                    batch.madeBy(),
                    batch.madeAt(),
                    batch.continues().map(ShiftResource.ContinuationResource::from),
                    batch.shifts(),
                    batch.totals().stream()
                            .map(total -> new BatchTotalResource(
                                    total.payment(),
                                    total.sales(),
                                    currency.decimal(total.expected()),
                                    currency.decimal(total.counted())))
                            .toList());
        }
    }

    /** One means of payment. */
    @Schema(name = "BatchTotal")
    record BatchTotalResource(
            PaymentType payment,
            long sales,

            @Schema(description = "Without the opening cash, in major units.")
            String expected,

            @Schema(description = "Without the opening cash, in major units.")
            String counted) {}

    /** Sales batches that went to the bank. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @Schema(name = "BankingBatch")
    record BankingBatchResource(
            long id,
            String vendor,
            @Schema(example = "ZAR") String currency,
            String bank,
            String depositSlip,

            @Schema(description = "On the slip, in major units.", example = "9900.00")
            String amount,

            @Schema(description = "Counted in the sales batches, in major units.", example = "9900.00")
            String cash,

            String madeBy,
            Instant madeAt,

            @Schema(description = "The batch that this one adds to.")
            Optional<ShiftResource.ContinuationResource> continues,

            List<Long> salesBatches) {
        static BankingBatchResource of(BankingBatch batch, Currency currency) {
            return new BankingBatchResource(
                    batch.id(),
                    batch.vendor(),
                    currency.code(),
                    batch.bank(),
                    batch.depositSlip(),
                    currency.decimal(batch.amount()),
                    currency.decimal(batch.cash()),
                    batch.madeBy(),
                    batch.madeAt(),
                    batch.continues().map(ShiftResource.ContinuationResource::from),
                    batch.salesBatches());
        }
    }
}
