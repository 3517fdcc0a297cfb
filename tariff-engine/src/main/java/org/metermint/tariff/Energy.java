package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How energy is priced. */
public sealed interface Energy permits Energy.Blocks, Energy.Lifeline, Energy.Classes, TimeOfUse {
    /**
     * Marginal blocks over the units bought in a calendar month.
     *
     * @param blocks 1 to 64, the first above 0, each above the one before
     */
    record Blocks(List<Block> blocks) implements Energy {
        public Blocks {
            blocks = List.copyOf(blocks);
            Block.check("the energy", blocks);
        }
    }

    /**
     * A price for those who stay within some units a month. Whoever buys more loses it: all units of the month are then
     * priced by the blocks, and charges are at their full amount. The difference is due at the crossing, may be paid
     * over several purchases, and is a line of its own.
     *
     * @param upTo the most units of a month within the lifeline, more than 0
     * @param price the price of a unit within it, bounded as that of a block
     * @param blocks the blocks of a month beyond it, counted from the first unit; none if nothing beyond is sold
     */
    record Lifeline(BigDecimal upTo, BigDecimal price, List<Block> blocks) implements Energy {
        public Lifeline {
            blocks = List.copyOf(blocks);
            Block first = new Block(upTo, price);
            if (first.above().signum() == 0) {
                throw new IllegalArgumentException(
                        "lifeline upTo 0 leaves nothing; it must be more, or blocks be used");
            }
            if (!blocks.isEmpty()) {
                Block.check("the lifeline", blocks);
            }
            if (loss(upTo, blocks).compareTo(upTo.multiply(price)) < 0 && !blocks.isEmpty()) {
                throw new IllegalArgumentException("lifeline price " + price
                        + " makes its units dearer than the blocks do; it must be no more, or blocks be used");
            }
        }

        /** What the loss of the lifeline costs at published prices, charges apart. */
        BigDecimal loss() {
            return loss(upTo, blocks).subtract(upTo.multiply(price));
        }

        private static BigDecimal loss(BigDecimal upTo, List<Block> blocks) {
            BigDecimal cost = BigDecimal.ZERO;
            for (int i = 0; i < blocks.size(); i++) {
                BigDecimal from = blocks.get(i).above().min(upTo);
                BigDecimal to =
                        i + 1 < blocks.size() ? blocks.get(i + 1).above().min(upTo) : upTo;
                cost = cost.add(to.subtract(from).multiply(blocks.get(i).price()));
            }
            return cost;
        }
    }

    /**
     * One of several block tables, for the whole purchase: the class that the account was put into, or else the first
     * that its average use of a month fits.
     *
     * @param classes 1 to 64, each named once; average uses rise, and one without end stands last
     */
    record Classes(List<UsageClass> classes) implements Energy {
        public Classes {
            classes = List.copyOf(classes);
            Checks.inRange("number of usage classes", classes.size(), 1, 64);
            Set<String> names = new HashSet<>();
            BigDecimal before = BigDecimal.ONE.negate();
            for (UsageClass each : classes) {
                if (!names.add(each.name())) {
                    throw new IllegalArgumentException("usage class '" + each.name() + "' stands twice");
                }
                BigDecimal upTo = each.averageUpTo();
                if (upTo != null) {
                    if (upTo.compareTo(before) <= 0) {
                        throw new IllegalArgumentException("averageUpTo " + upTo + " of usage class '" + each.name()
                                + "' is not more than " + before + ", that of a class before it");
                    }
                    before = upTo;
                }
            }
        }

        /** The place of an account's class, or -1 if it has none. */
        int place(AccountFacts facts) {
            for (int i = 0; i < classes.size(); i++) {
                UsageClass each = classes.get(i);
                BigDecimal upTo = each.averageUpTo();
                boolean fits = facts.usageClass() != null
                        ? each.name().equals(facts.usageClass())
                        : upTo == null || facts.averageUnits().compareTo(upTo) <= 0;
                if (fits) {
                    return i;
                }
            }
            return -1;
        }
    }

    /**
     * A class of accounts.
     *
     * @param name 1 to 80 characters
     * @param averageUpTo the greatest average use of a month in it, in units; null for any
     * @param blocks its blocks, as {@link Blocks}
     */
    record UsageClass(String name, @Nullable BigDecimal averageUpTo, List<Block> blocks) {
        public UsageClass {
            Checks.text("name of usage class", name, 80);
            if (averageUpTo != null) {
                Checks.decimal(
                        "averageUpTo of usage class '" + name + "'",
                        averageUpTo,
                        AccountPosition.MAX_UNITS,
                        AccountPosition.DECIMALS);
            }
            blocks = List.copyOf(blocks);
            Block.check("usage class '" + name + "'", blocks);
        }
    }

    /** Marginal blocks. */
    static Blocks blocks(List<Block> blocks) {
        return new Blocks(blocks);
    }
}
