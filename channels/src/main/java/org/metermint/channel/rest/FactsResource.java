package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;
import org.metermint.tariff.AccountFacts;

/** What a tariff may need to know of an account, on the way in and out. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record FactsResource(
        @Schema(
                description = "The usage class that it was put into, 1 to 80 characters; if absent, its average use"
                        + " decides.",
                example = "R2")
        Optional<String> usageClass,

        @Schema(description = "Average use of a month in units; 0 if absent.", example = "182.5")
        Optional<String> averageUnits,

        @Schema(description = "Sanctioned load in kilowatts; 0 if absent.", example = "3.5")
        Optional<String> kilowatts,

        @Schema(description = "Phases of the supply, 1 or 3; 1 if absent.", example = "1")
        Optional<Integer> phases,

        @Schema(
                description = "The day it was opened: charges of earlier periods are not due. If absent, those of the"
                        + " current period alone are.",
                example = "2026-07-01")
        Optional<String> openedOn) {

    static FactsResource of(AccountFacts facts) {
        return new FactsResource(
                Optional.ofNullable(facts.usageClass()),
                Optional.of(facts.averageUnits().toPlainString()),
                Optional.of(facts.kilowatts().toPlainString()),
                Optional.of(facts.phases()),
                Optional.ofNullable(facts.since()).map(LocalDate::toString));
    }

    /** The facts; {@code prefix} leads to this object in the body, such as {@code "facts."}. */
    AccountFacts facts(String prefix) {
        BigDecimal average = averageUnits
                .map(text -> Fields.decimal(prefix + "average_units", text))
                .orElse(BigDecimal.ZERO);
        BigDecimal load = kilowatts
                .map(text -> Fields.decimal(prefix + "kilowatts", text))
                .orElse(BigDecimal.ZERO);
        LocalDate opened =
                openedOn.map(text -> Fields.day(prefix + "opened_on", text)).orElse(null);
        return Fields.checked(() -> new AccountFacts(usageClass.orElse(null), average, load, phases.orElse(1), opened));
    }
}
