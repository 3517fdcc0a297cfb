package org.metermint.tariff;

import java.math.BigDecimal;

/**
 * One line of an assessment: an amount, and how it came about.
 *
 * @param kind what the amount is
 * @param code {@value Levy#ENERGY}, {@value #LIFELINE_LOSS}, the code of the levy or charge, {@value Deductions#FEE}, or
 *     the reference of the debt
 * @param label what people read
 * @param rule how the amount follows from base and rate
 * @param base what the rate was applied to, at {@value #DECIMALS} decimals: units for energy and levies per unit, an
 *     amount of money for percentages, the periods that fell due for a charge, what was due of anything else
 * @param rate percent; the amount per unit or period; or, for energy, the mean net price of a unit at {@value #DECIMALS}
 *     decimals
 * @param exact the amount before rounding to minor units, in major units at {@value #DECIMALS} decimals
 * @param amount the amount in minor units
 * @param balancing whether the amount is what the other lines left of the payment, and not {@code exact} rounded
 */
public record Line(
        Kind kind,
        String code,
        String label,
        ChargeRule rule,
        BigDecimal base,
        BigDecimal rate,
        BigDecimal exact,
        long amount,
        boolean balancing) {
    /** Decimals of the figures that explain an amount. */
    public static final int DECIMALS = 8;

    /** The code of the line that the loss of a lifeline is. */
    public static final String LIFELINE_LOSS = "LIFELINE_LOSS";

    /** What an amount is, for totals and postings. */
    public enum Kind {
        ENERGY,
        TAX,
        LEVY,
        /** A levy that is given back: its amount is negative. */
        REBATE,
        CHARGE,
        /** What the channel keeps. */
        FEE,
        DEBT
    }
}
