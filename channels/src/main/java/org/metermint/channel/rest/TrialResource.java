package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.metermint.vending.sale.TrialAnswer;

/** What a sale would be. */
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
                SaleResource.lines(priced.assessment(), priced.tender()));
    }
}
