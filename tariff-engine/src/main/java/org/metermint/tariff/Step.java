package org.metermint.tariff;

import java.math.BigDecimal;

/**
 * The part of a purchase that fell into one block, as a receipt prints it: units @ price.
 *
 * @param block number of the block, from 1
 * @param units exact units bought in it, at 6 decimals; those of all steps sum to the exact units of the purchase
 * @param issued units issued for it, as receipts print them: the exact ones, and in the last step the rounding up as
 *     well, so that those of all steps sum to the units issued; one decimal unless the position has more
 * @param price the block's published price of one unit
 */
public record Step(int block, BigDecimal units, BigDecimal issued, BigDecimal price) {}
