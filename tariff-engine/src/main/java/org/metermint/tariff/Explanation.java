package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** An assessment in words and figures, so that it can be followed with a pocket calculator. */
final class Explanation {
    private final Assessment assessment;
    private final Tariff tariff;

    Explanation(Assessment assessment) {
        this.assessment = assessment;
        this.tariff = assessment.tariff();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(purchase() + " on "
                + OffsetDateTime.ofInstant(assessment.at(), assessment.zone()).truncatedTo(ChronoUnit.SECONDS)
                + ", tariff " + tariff.id() + " version " + tariff.version());
        lines.add(position(assessment.before()) + " before");
        for (Step step : assessment.steps()) {
            lines.add("block " + step.block() + ": " + units(step.units()) + " @ " + step.price());
        }
        if (!assessment.steps().isEmpty()) {
            lines.add(units(assessment.exactUnits()) + " rounded up to the token's step: "
                    + units(BigDecimal.valueOf(assessment.issuedTenths(), 1)));
        }
        for (Line line : assessment.lines()) {
            lines.add(line.label() + ": " + amount(line));
        }
        lines.add("sum of these lines: " + money(assessment.tender()));
        lines.add(position(assessment.after()) + " after");
        return lines;
    }

    private String purchase() {
        return switch (assessment.purchase()) {
            case Purchase.Tender tender -> money(tender.minorUnits());
            case Purchase.Free free -> units(BigDecimal.valueOf(free.tenths(), 1)) + " for nothing";
            case Purchase.Units wanted ->
                units(BigDecimal.valueOf(wanted.tenths(), 1)) + " for " + money(assessment.tender());
        };
    }

    private String amount(Line line) {
        String rule = switch (line.rule()) {
            case BLOCKS -> units(line.base()) + " @ " + line.rate() + " on average, net of what the price includes";
            case PERCENT_INCLUDED -> line.rate() + " % of " + line.base() + ", included in the price";
            case PERCENT_ADDED -> line.rate() + " % of " + line.base() + ", on top of the price";
            case PERCENT_OF_PAYMENT -> line.rate() + " % of the payment of " + money(assessment.tender());
            case PERCENT_WITHIN_PAYMENT -> line.rate() + " % contained in " + line.base() + " of the payment";
            case PER_UNIT -> line.rate() + " for each of " + units(line.base());
            case LIFELINE_LOSS -> "the units and charges of this month at the prices beyond the lifeline";
            case CHARGE_MONTH -> line.rate() + " a month, " + line.base() + " months newly due";
            case CHARGE_DAY -> line.rate() + " a day, " + line.base() + " days newly due";
            case CHARGE_PURCHASE -> line.rate() + " for each purchase";
            case CHANNEL_FEE -> "kept by the channel";
            case DEBT -> "of " + line.base() + " owed before";
        };
        String rounding = line.balancing()
                ? "what the other lines leave; exact "
                : "rounded " + tariff.rounding().amounts() + " from ";
        return money(line.amount()) + ", " + rounding + line.exact() + ": " + rule;
    }

    private String position(AccountPosition position) {
        return units(position.units()) + " bought in " + position.month();
    }

    private String units(BigDecimal units) {
        return units.stripTrailingZeros().toPlainString() + " " + tariff.unit();
    }

    private String money(long minorUnits) {
        return tariff.major(minorUnits).toPlainString() + " " + tariff.currency();
    }
}
