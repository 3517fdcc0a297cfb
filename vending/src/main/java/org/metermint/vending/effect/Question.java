package org.metermint.vending.effect;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;
import org.metermint.tariff.Tariff;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

/**
 * What is to be found out: what a version would have made of the sales of a period.
 *
 * @param tariff the id of the tariff whose sales are looked at
 * @param draft the version that is tried on them
 * @param from first day, in the utility's zone
 * @param to last day, included
 * @param figures by rate table a figure to be used in place of all versions of the table
 */
public record Question(String tariff, Tariff draft, LocalDate from, LocalDate to, Map<String, BigDecimal> figures) {
    public Question {
        if (to.isBefore(from)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "the last day " + to + " is before the first, " + from + "; exchange them");
        }
        figures = Map.copyOf(figures);
    }
}
