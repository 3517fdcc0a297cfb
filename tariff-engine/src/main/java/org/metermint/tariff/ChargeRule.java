package org.metermint.tariff;

/** How the amount of a charge follows from the purchase. */
public enum ChargeRule {
    /** Units at the prices of the blocks they fall into: the energy itself, net of included levies. */
    BLOCKS,
    /** A percentage of the named bases that the published prices already contain: total * r / (1 + r) is extracted. */
    PERCENT_INCLUDED,
    /** A percentage of the named bases on top of the published prices; naming an earlier levy as base compounds. */
    PERCENT_ADDED,
    /** A percentage of the payment itself, taken off before anything else is bought. */
    PERCENT_OF_PAYMENT,
    /** A percentage that the payment itself contains: payment * r / (1 + r). */
    PERCENT_WITHIN_PAYMENT,
    /** An amount for every unit, on top of the published prices. */
    PER_UNIT,
    /** The difference that buying beyond the lifeline makes for what was bought within it. */
    LIFELINE_LOSS,
    /** An amount for every calendar month. */
    CHARGE_MONTH,
    /** An amount for every day. */
    CHARGE_DAY,
    /** An amount for every purchase. */
    CHARGE_PURCHASE,
    /** What the channel takes for itself. */
    CHANNEL_FEE,
    /** What is recovered of a debt. */
    DEBT;

    static ChargeRule of(Charge.Period period) {
        return switch (period) {
            case MONTH -> CHARGE_MONTH;
            case DAY -> CHARGE_DAY;
            case PURCHASE -> CHARGE_PURCHASE;
        };
    }

    boolean isOfPayment() {
        return this == PERCENT_OF_PAYMENT || this == PERCENT_WITHIN_PAYMENT;
    }

    boolean isPercentOfBases() {
        return this == PERCENT_INCLUDED || this == PERCENT_ADDED;
    }
}
