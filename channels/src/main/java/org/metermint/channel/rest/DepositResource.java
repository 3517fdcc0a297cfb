package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.metermint.vending.vendor.FloatMovement;
import org.metermint.vending.vendor.MovementKind;
import org.metermint.vending.vendor.NewMovement;

/** A deposit, a withdrawal or a paid commission: recorded by one client, decided by another. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record DepositResource(
        long id,
        String vendor,
        MovementKind kind,

        @Schema(description = "In major units.", example = "1000.00")
        String amount,

        @Schema(example = "ZAR") String currency,
        String bank,

        @Schema(description = "The bank's; for a commission, vendor and month.")
        String reference,

        @Schema(description = "Day on which the bank counts it.", example = "2026-07-15")
        String valueDate,

        String recordedBy,
        Instant recordedAt,

        @Schema(description = "Absent while nobody has decided.")
        Optional<DecisionResource> decision) {

    /** What became of it. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record DecisionResource(
            boolean confirmed,
            String by,
            Instant at,
            @Schema(description = "Why it was rejected.") Optional<String> reason) {}

    /** A deposit or withdrawal to be recorded. */
    record DepositBody(
            @Schema(description = "DEPOSIT or WITHDRAWAL; DEPOSIT if absent.")
            Optional<MovementKind> kind,

            @Schema(description = "In major units.", example = "1000.00")
            String amount,

            @Schema(description = "The utility's account, 1 to 32 of a-z, 0-9 and '-'; main if absent.")
            Optional<String> bank,

            @Schema(
                    description = "The bank's reference, 1 to 64 printable ASCII characters; names the deposit within"
                            + " the utility.")
            String reference,

            @Schema(description = "Day on which the bank counts it.", example = "2026-07-15")
            String valueDate) {
        NewMovement movement(String vendor, Currency currency) {
            long minor = currency.minor("amount", amount);
            LocalDate day = Fields.day("value_date", valueDate);
            return Fields.checked(() -> new NewMovement(
                    vendor,
                    kind.orElse(MovementKind.DEPOSIT),
                    minor,
                    bank.orElse(NewMovement.MAIN_BANK),
                    reference,
                    day));
        }
    }

    static DepositResource of(FloatMovement movement, Currency currency) {
        return new DepositResource(
                movement.id(),
                movement.vendor(),
                movement.kind(),
                currency.decimal(movement.amount()),
                currency.code(),
                movement.bank(),
                movement.reference(),
                movement.valueDate().toString(),
                movement.recordedBy(),
                movement.recordedAt(),
                movement.decision()
                        .map(one -> new DecisionResource(one.confirmed(), one.by(), one.at(), one.reason())));
    }
}
