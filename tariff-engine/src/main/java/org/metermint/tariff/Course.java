package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a month as money runs through them: each with the price of a unit and all its levies, times the
 * coefficients' n. Between the first two may stand tolls, the loss of a lifeline.
 */
final class Course {
    /**
     * Money that is due before the second block, for nothing that is bought now.
     *
     * @param charge place of the charge that it belongs to, or -1 for energy
     * @param amount at published prices
     * @param factor what one of it costs with levies, times n
     */
    record Toll(int charge, BigDecimal amount, BigDecimal factor) {}

    private final BigDecimal[] above;
    private final BigDecimal[] price;
    private final BigDecimal[] gross;
    private final List<Toll> tolls;

    /** Where the last block ends; null if it does not. */
    private final @Nullable BigDecimal end;

    private Course(List<Block> blocks, List<Toll> tolls, @Nullable BigDecimal end, Coefficients coefficients) {
        this.above = blocks.stream().map(Block::above).toArray(BigDecimal[]::new);
        this.price = blocks.stream().map(Block::price).toArray(BigDecimal[]::new);
        this.gross = blocks.stream()
                .map(block -> coefficients.grossPrice(block.price()))
                .toArray(BigDecimal[]::new);
        this.tolls = tolls;
        this.end = end;
    }

    static Course of(List<Block> blocks, Coefficients coefficients) {
        return new Course(blocks, List.of(), null, coefficients);
    }

    static Course of(Energy.Lifeline lifeline, List<Charge> charges, Coefficients coefficients) {
        Block first = new Block(BigDecimal.ZERO, lifeline.price());
        if (lifeline.blocks().isEmpty()) {
            return new Course(List.of(first), List.of(), lifeline.upTo(), coefficients);
        }
        List<Block> blocks = new ArrayList<>(List.of(first));
        for (Block block : lifeline.blocks()) {
            if (block.above().compareTo(lifeline.upTo()) > 0) {
                blocks.add(block);
            } else {
                if (blocks.size() > 1) {
                    blocks.removeLast();
                }
                blocks.add(new Block(lifeline.upTo(), block.price()));
            }
        }
        List<Toll> tolls = new ArrayList<>();
        tolls.add(new Toll(-1, lifeline.loss(), coefficients.onEnergy()));
        for (int i = 0; i < charges.size(); i++) {
            BigDecimal saving = charges.get(i).lifelineSaving();
            if (saving.signum() > 0) {
                tolls.add(new Toll(i, saving, coefficients.onCharges().get(i)));
            }
        }
        return new Course(blocks, tolls, null, coefficients);
    }

    int size() {
        return price.length;
    }

    BigDecimal price(int block) {
        return price[block];
    }

    BigDecimal gross(int block) {
        return gross[block];
    }

    /** Where a block ends; null if it does not. */
    @Nullable BigDecimal end(int block) {
        return block + 1 < above.length ? above[block + 1] : end;
    }

    /** The last position at which the lifeline is not lost; null on a course without one. */
    @Nullable BigDecimal lifelineEnd() {
        return tolls.isEmpty() ? null : above[1];
    }

    /** What the whole loss of the lifeline is at published prices. */
    BigDecimal toll() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Toll toll : tolls) {
            sum = sum.add(toll.amount());
        }
        return sum;
    }

    /** The tolls that stand before a block for somebody at a position who paid some of them already. */
    List<Toll> tolls(int block, BigDecimal position, BigDecimal paid) {
        if (block != 1 || tolls.isEmpty() || position.compareTo(above[1]) > 0) {
            return List.of();
        }
        List<Toll> open = new ArrayList<>(tolls.size());
        BigDecimal credit = paid;
        for (Toll toll : tolls) {
            BigDecimal used = credit.min(toll.amount());
            credit = credit.subtract(used);
            if (used.compareTo(toll.amount()) < 0) {
                open.add(new Toll(toll.charge(), toll.amount().subtract(used), toll.factor()));
            }
        }
        return open;
    }

    /** The block in which the next unit after a position falls. */
    int blockAt(BigDecimal position) {
        int block = above.length - 1;
        while (above[block].compareTo(position) > 0) {
            block--;
        }
        return block;
    }

    /** The price with levies of units from a position on, times n; null if so many are not sold. */
    @Nullable BigDecimal cost(BigDecimal position, BigDecimal paid, BigDecimal units) {
        BigDecimal to = position.add(units);
        BigDecimal cost = BigDecimal.ZERO;
        BigDecimal at = position;
        for (int block = blockAt(position); at.compareTo(to) < 0; block++) {
            if (block == above.length) {
                return null;
            }
            for (Toll toll : tolls(block, position, paid)) {
                cost = cost.add(toll.amount().multiply(toll.factor()));
            }
            BigDecimal blockEnd = end(block);
            BigDecimal upTo = blockEnd == null ? to : blockEnd.min(to);
            cost = cost.add(upTo.subtract(at).multiply(gross[block]));
            at = upTo;
        }
        return cost;
    }
}
