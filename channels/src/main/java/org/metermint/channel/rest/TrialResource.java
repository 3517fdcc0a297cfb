package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.metermint.vending.sale.TrialAnswer;

/** What a sale would be. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@Schema(name = "Trial")
record TrialResource(
        @Schema(description = "PAN of the meter, 18 digits.")
        String meter,

        String account,

        @Schema(description = "What would be paid, in major units.", example = "100.00")
        String tender,

        @Schema(example = "ZAR") String currency,

        @Schema(description = "What the credit token would carry.", example = "46.3")
        String units,

        @Schema(example = "kWh") String unit,
        String tariff,
        int tariffVersion,

        @Schema(description = "How many key change tokens would come before the credit token.")
        int keyChangeTokens,

        @Schema(description = "The free units that would come along, if any.", example = "50.0")
        Optional<String> freeUnits,

        @Schema(description = "What the tender would be split into; the amounts sum to it.")
        List<SaleResource.Line> lines) {
    static TrialResource of(TrialAnswer.Priced priced) {
        return new TrialResource(
                priced.meter().digits(),
                priced.account(),
                priced.tender().decimal(),
                priced.tender().currency(),
                priced.credit().amount().toPlainString(),
                priced.credit().unit(priced.assessment().tariff()),
                priced.assessment().tariff().id(),
                priced.assessment().tariff().version(),
                priced.keyChangeTokens(),
                priced.free()
                        .map(free -> BigDecimal.valueOf(free.issuedTenths(), 1).toPlainString()),
                SaleResource.lines(priced.assessment(), priced.tender()));
    }
}
