package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Money filled into the blocks of a month from a position on, as exact fractions over one denominator.
 *
 * <p>The blocks that the money pays for to their end hold finite decimals; only in the last does a division stand:
 * what is left over the gross price there. Units and net energy are therefore kept as numerators over
 * {@code denominator}, and every figure that needs rounding is divided once, from the exact value.
 *
 * @param portions the blocks touched, in order
 * @param units numerator of the units
 * @param energy numerator of the energy, net of levies, in major units
 * @param payment numerator of the payment, in major units
 * @param denominator the denominator of the three, positive
 */
record Fill(List<Portion> portions, BigDecimal units, BigDecimal energy, BigDecimal payment, BigDecimal denominator) {
    /** A block, and the units filled to its end; the last block holds what the others leave of the purchase. */
    record Portion(int block, BigDecimal units) {}

    /** Fills a positive payment in major units into the blocks. */
    static Fill of(Tariff tariff, Coefficients coefficients, BigDecimal position, BigDecimal payment) {
        List<Block> blocks = tariff.blocks();
        List<Portion> portions = new ArrayList<>(blocks.size());
        BigDecimal left = payment.multiply(coefficients.scale());
        BigDecimal at = position;
        BigDecimal publishedCost = BigDecimal.ZERO;
        int block = blockAt(blocks, position);
        while (block + 1 < blocks.size()) {
            BigDecimal room = blocks.get(block + 1).above().subtract(at);
            BigDecimal price = room.multiply(coefficients.grossPrice(blocks.get(block)));
            if (left.compareTo(price) <= 0) {
                break;
            }
            left = left.subtract(price);
            at = at.add(room);
            publishedCost = publishedCost.add(room.multiply(blocks.get(block).price()));
            portions.add(new Portion(block, room));
            block++;
        }
        portions.add(new Portion(block, BigDecimal.ZERO));

        BigDecimal price = coefficients.grossPrice(blocks.get(block));
        BigDecimal denominator = price.multiply(coefficients.included());
        return new Fill(
                portions,
                at.subtract(position).multiply(price).add(left).multiply(coefficients.included()),
                publishedCost
                        .multiply(price)
                        .add(left.multiply(blocks.get(block).price())),
                payment.multiply(denominator),
                denominator);
    }

    /** The price with levies of the units from a position on, times the scale of the coefficients. */
    static BigDecimal scaledPrice(Tariff tariff, Coefficients coefficients, BigDecimal position, BigDecimal units) {
        List<Block> blocks = tariff.blocks();
        BigDecimal end = position.add(units);
        BigDecimal price = BigDecimal.ZERO;
        BigDecimal at = position;
        for (int block = blockAt(blocks, position); at.compareTo(end) < 0; block++) {
            BigDecimal blockEnd =
                    block + 1 < blocks.size() ? blocks.get(block + 1).above().min(end) : end;
            price = price.add(blockEnd.subtract(at).multiply(coefficients.grossPrice(blocks.get(block))));
            at = blockEnd;
        }
        return price;
    }

    /** The block in which the next unit after a position falls. */
    private static int blockAt(List<Block> blocks, BigDecimal position) {
        int block = blocks.size() - 1;
        while (blocks.get(block).above().compareTo(position) > 0) {
            block--;
        }
        return block;
    }

    /** The exact amount of a levy, or of a sum of lines, as a numerator. */
    BigDecimal numerator(Coefficients.Term term) {
        return term.energy()
                .multiply(energy)
                .add(term.unit().multiply(units))
                .add(term.payment().multiply(payment));
    }
}
