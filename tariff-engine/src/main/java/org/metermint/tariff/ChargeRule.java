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
    /** An amount for every unit, on top of the published prices. */
    PER_UNIT;

    boolean isPercentOfBases() {
        return this == PERCENT_INCLUDED || this == PERCENT_ADDED;
    }
}
