package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
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

    /**
     * A figure that pricing gives exact and rounded: people print either, so that the nearest is compared. What is not
     * there at all is nothing, and no figure if more than nothing is expected.
     */
    void addNearest(String name, BigDecimal expected, List<BigDecimal> got, BigDecimal tolerance) {
        if (got.isEmpty() && expected.signum() != 0) {
            fail(name, expected.toPlainString(), "no such figure");
            return;
        }
        BigDecimal nearest = got.stream()
                .min(Comparator.comparing(each -> expected.subtract(each).abs()))
                .orElse(BigDecimal.ZERO);
        add(name, expected, nearest, tolerance);
    }

    /** A figure that pricing does not give. */
    void fail(String name, String expected, String why) {
        figures.add(new Figure(name, oneLine(expected), oneLine(why), "-", false));
    }

    void addAll(Comparison other) {
        figures.addAll(other.figures);
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

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
