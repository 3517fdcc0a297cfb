package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What an example expects beside what pricing gives, figure by figure. */
final class Comparison {
    /**
     * One figure.
     *
     * @param got what pricing gives, or why it gives nothing
     */
    record Figure(String name, String expected, String got, String tolerance, boolean agrees) {}

    private final List<Figure> figures = new ArrayList<>();

    void add(String name, BigDecimal expected, BigDecimal got, BigDecimal tolerance) {
        boolean agrees = expected.subtract(got).abs().compareTo(tolerance) <= 0;
        figures.add(new Figure(name, plain(expected), plain(got), plain(tolerance), agrees));
    }

    /** A figure that pricing does not give. */
    void fail(String name, String expected, String why) {
        figures.add(new Figure(name, expected, why, "-", false));
    }

    List<Figure> figures() {
        return List.copyOf(figures);
    }

    boolean agrees() {
        return !figures.isEmpty() && figures.stream().allMatch(Figure::agrees);
    }

    /** The figures to show: those that disagree, or else the first. */
    List<Figure> shown() {
        List<Figure> wrong = figures.stream().filter(figure -> !figure.agrees()).toList();
        return wrong.isEmpty() ? figures.stream().limit(1).toList() : wrong;
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
