package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** The lines of a filled payment: each rounded by itself, the balancing one by subtraction. */
final class Lines {
    private final Tariff tariff;
    private final Coefficients coefficients;
    private final Fill fill;
    private final long[] amounts;

    /** Index 0 is energy, the levies follow. */
    Lines(Tariff tariff, Coefficients coefficients, Fill fill, long tender) {
        this.tariff = tariff;
        this.coefficients = coefficients;
        this.fill = fill;
        this.amounts = amounts(tender);
    }

    List<Line> list() {
        List<Line> lines = new ArrayList<>(amounts.length);
        lines.add(energy());
        for (int line = 1; line < amounts.length; line++) {
            lines.add(levy(line));
        }
        return lines;
    }

    /**
     * Rounds every line but the balancing one, none beyond what is left of the tender: rounding up several lines of
     * a payment of one minor unit must not ask for more than was paid.
     */
    private long[] amounts(long tender) {
        long[] rounded = new long[coefficients.amounts().size() + 1];
        int balancing = balancing();
        long left = tender;
        for (int i = 0; i < rounded.length; i++) {
            if (i != balancing) {
                rounded[i] = Math.min(left, rounded(numerator(i)));
                left -= rounded[i];
            }
        }
        rounded[balancing] = left;
        return rounded;
    }

    private int balancing() {
        return switch (tariff.rounding().balance()) {
            case ENERGY -> 0;
            case LAST_LEVY -> tariff.levies().size();
        };
    }

    private BigDecimal numerator(int line) {
        return line == 0 ? fill.energy() : fill.numerator(coefficients.amounts().get(line - 1));
    }

    private long rounded(BigDecimal numerator) {
        return numerator
                .movePointRight(tariff.minorDigits())
                .divide(fill.denominator(), 0, tariff.rounding().amounts())
                .longValueExact();
    }

    private Line energy() {
        return new Line(
                Line.Kind.ENERGY,
                Levy.ENERGY,
                "Energy",
                ChargeRule.BLOCKS,
                shown(fill.units()),
                fill.energy().divide(fill.units(), Line.DECIMALS, RoundingMode.HALF_UP),
                shown(fill.energy()),
                amounts[0],
                balancing() == 0);
    }

    private Line levy(int line) {
        Levy levy = tariff.levies().get(line - 1);
        return new Line(
                switch (levy.kind()) {
                    case TAX -> Line.Kind.TAX;
                    case LEVY -> Line.Kind.LEVY;
                },
                levy.code(),
                levy.label(),
                levy.rule(),
                shown(fill.numerator(coefficients.bases().get(line - 1))),
                levy.rate(),
                shown(numerator(line)),
                amounts[line],
                balancing() == line);
    }

    private BigDecimal shown(BigDecimal numerator) {
        return numerator.divide(fill.denominator(), Line.DECIMALS, RoundingMode.HALF_UP);
    }
}
