package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param table the rate table whose figure is the price, if there is one; the price is then that figure once it is
 *     known, and zero before
 */
public record Block(
        BigDecimal above, BigDecimal price, @Nullable String table) {
    private static final BigDecimal MAX_PRICE = BigDecimal.TEN.pow(12);

    public Block {
        Checks.decimal("block above", above, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS);
        Checks.decimal("block price", price, MAX_PRICE, 10);
        if (table != null) {
            Checks.code("rate table of a block", table);
        }
    }

    /** A block with a price of its own. */
    public Block(BigDecimal above, BigDecimal price) {
        this(above, price, null);
    }

    /** The block of these decimals. */
    public static Block of(String above, String price) {
        return new Block(new BigDecimal(above), new BigDecimal(price));
    }

    /** Refuses blocks that do not begin at 0 or do not rise; {@code where} opens the message. */
    static void check(String where, List<Block> blocks) {
        Checks.inRange("number of blocks of " + where, blocks.size(), 1, 64);
        if (blocks.getFirst().above().signum() != 0) {
            throw new IllegalArgumentException("the first block of " + where + " begins above "
                    + blocks.getFirst().above() + "; it must begin above 0");
        }
        for (int i = 1; i < blocks.size(); i++) {
            BigDecimal before = blocks.get(i - 1).above();
            BigDecimal above = blocks.get(i).above();
            if (above.compareTo(before) <= 0) {
                throw new IllegalArgumentException("block " + (i + 1) + " of " + where + " begins above " + above
                        + ", which is not more than " + before + ", where the block before it begins");
            }
        }
    }
}
