package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Optional;
import org.metermint.vending.entitlement.EntitlementList;

/** A list of accounts that somebody pays free units for. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@Schema(name = "EntitlementList")
record EntitlementListResource(
        @Schema(example = "mopane-2026-07") String reference,
        ListBody terms,

        @Schema(description = "How many accounts are on it.")
        long accounts,

        @Schema(description = "Units of a month, all together.", example = "61250.0")
        String units,

        String recordedBy,
        Instant recordedAt,

        @Schema(description = "Whether it was approved; left out while nobody has decided.")
        Optional<Boolean> approved,

        Optional<String> decidedBy,
        Optional<Instant> decidedAt) {

    /** What holds for all accounts of a list. */
    @Schema(name = "EntitlementListBody")
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record ListBody(
            @Schema(description = "Who pays for the units, 1 to 80 characters.", example = "Municipality of Mopane")
            String funder,

            @Schema(
                    description =
                            "Whether the first sale of a month brings the units along; if not, or absent, somebody"
                                    + " must ask for them.")
            Optional<Boolean> automatic,

            @Schema(
                    description = "Accounts that use more in a month on average get none; no bound if absent.",
                    example = "450")
            Optional<String> mostAverage,

            @Schema(description = "What the funder pays for a unit, in major units.", example = "1.55")
            Optional<String> rate) {
        static ListBody of(EntitlementList.Terms terms) {
            return new ListBody(
                    terms.funder(),
                    Optional.of(terms.automatic()),
                    terms.mostAverage().map(java.math.BigDecimal::toPlainString),
                    terms.rate().map(java.math.BigDecimal::toPlainString));
        }

        EntitlementList.Terms terms() {
            return Fields.checked(() -> new EntitlementList.Terms(
                    funder,
                    automatic.orElse(false),
                    mostAverage.map(text -> Fields.decimal("most_average", text)),
                    rate.map(text -> Fields.decimal("rate", text))));
        }
    }

    static EntitlementListResource of(EntitlementList list) {
        return new EntitlementListResource(
                list.reference(),
                ListBody.of(list.terms()),
                list.accounts(),
                list.units().toPlainString(),
                list.recordedBy(),
                list.recordedAt(),
                list.decision().map(EntitlementList.Decision::approved),
                list.decision().map(EntitlementList.Decision::by),
                list.decision().map(EntitlementList.Decision::at));
    }
}
