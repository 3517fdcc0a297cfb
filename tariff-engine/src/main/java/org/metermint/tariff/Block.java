package org.metermint.tariff;

import java.math.BigDecimal;

/**
 * One block of a tariff: the price of every unit above a month's position.
 *
 * <p>A block ends where the next one begins and the last is open, so that blocks can neither overlap nor leave a
 * gap. Prices need not rise from block to block, and a price of zero is legal in every block but the last.
 *
 * @param above the position, in units bought this month, above which the price holds: 0 for the first block; at
 *     most 1,000,000,000 with up to 6 decimals
 * @param price the published price of one unit in major units of the currency, from 0 to 1,000,000,000,000 with up
 *     to 10 decimals; it contains the levies of rule {@link ChargeRule#PERCENT_INCLUDED} and no other
 */
public record Block(BigDecimal above, BigDecimal price) {
    private static final BigDecimal MAX_PRICE = BigDecimal.TEN.pow(12);

    public Block {
        Checks.decimal("block above", above, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS);
        Checks.decimal("block price", price, MAX_PRICE, 10);
    }

    /** The block of these decimals. */
    public static Block of(String above, String price) {
        return new Block(new BigDecimal(above), new BigDecimal(price));
    }
}
