package org.metermint.vending.effect;

import java.util.List;
import java.util.OptionalInt;
import org.metermint.tariff.Line;

/**
 * What a version would have made of the sales of a period. Amounts are minor units, credit is tenths of the unit or, for
 * meters that take money, minor units; changes are hundredths of a percent.
 *
 * @param question what was asked
 * @param inCurrency whether credit is money
 * @param sales that both prices sell; all figures are about them unless they say otherwise
 * @param customers accounts with such sales
 * @param lines what was paid, by kind and code, before and after
 * @param credit what was issued
 * @param byUnits sales by units, and what they cost
 * @param refused sales that the version would refuse, by its reason
 * @param unlike sales that cannot be compared, since they were for another unit or kind of credit
 * @param reversed sales that were taken back, and are looked at no further
 * @param restarted sales where the account's position had been moved by something else, and was taken as it was then
 * @param spread how the change of credit for the same money is spread over the customers
 * @param worst the customers who would have got least for the same money, compared with before, the worst first
 * @param best those who would have got most, the best first
 */
public record Effect(
        Question question,
        boolean inCurrency,
        long sales,
        long customers,
        List<LineTotal> lines,
        Change credit,
        Change tender,
        Units byUnits,
        List<Refused> refused,
        Count unlike,
        Count reversed,
        long restarted,
        Spread spread,
        List<CustomerEffect> worst,
        List<CustomerEffect> best) {
    /** The code of refusals of purchases that leave nothing to credit. */
    public static final String WITHOUT_TOKEN = "WITHOUT_TOKEN";

    public Effect {
        lines = List.copyOf(lines);
        refused = List.copyOf(refused);
        worst = List.copyOf(worst);
        best = List.copyOf(best);
    }

    /** Before and after. */
    public record Change(long before, long after) {}

    /** What lines of one sort sum to; those of debts are one sort. */
    public record LineTotal(Line.Kind kind, String code, String label, Change amount) {}

    /** Sales by units. */
    public record Units(long sales, Change cost) {}

    /** Sales, and what they paid. */
    public record Count(long sales, long tender) {}

    /** Sales that would not be. */
    public record Refused(String code, Count count) {}

    /**
     * How changes are spread.
     *
     * @param customers who have one
     * @param p5 a twentieth of the customers have less, or the same; empty if there are none
     * @param median half of them
     * @param p95 all but a twentieth
     * @param buckets customers by their change, the first and the last without an outer end
     */
    public record Spread(long customers, OptionalInt p5, OptionalInt median, OptionalInt p95, List<Bucket> buckets) {
        public Spread {
            buckets = List.copyOf(buckets);
        }
    }

    /**
     * Customers whose change lies from one bound to below the other.
     *
     * @param from hundredths of a percent, inclusive
     * @param to exclusive
     */
    public record Bucket(int from, int to, long customers) {}
}
