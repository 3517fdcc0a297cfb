package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One worked example of a published file.
 *
 * @param previous the example of the same tariff that stands before it, if there is one
 */
record Example(PublishedFile file, JsonNode data, @Nullable Example previous) {
    private static final Pattern DAY = Pattern.compile("(\\d{4})-(\\d{2})(?:-(\\d{2}))?.*");

    /** An example that stands alone. */
    Example(PublishedFile file, JsonNode data) {
        this(file, data, null);
    }

    String id() {
        return data.path("id").asString("?");
    }

    String kind() {
        return data.path("kind").asString("");
    }

    JsonNode given() {
        return data.path("given");
    }

    JsonNode expect() {
        return data.path("expect");
    }

    boolean isDiscrepant() {
        return data.path("quality").asString("").equals("discrepant");
    }

    /** What the example gives of a meaning, whatever its type. */
    Optional<JsonNode> node(Given meaning) {
        return given().properties().stream()
                .filter(member ->
                        meaning.isNamed(member.getKey()) && !member.getValue().isNull())
                .map(java.util.Map.Entry::getValue)
                .findFirst();
    }

    boolean has(Given meaning) {
        return node(meaning).isPresent();
    }

    /** A figure that the example gives; a list or an object is none. */
    Optional<BigDecimal> figure(Given meaning) {
        return node(meaning).filter(JsonNode::isValueNode).map(PublishedFile::decimal);
    }

    BigDecimal figureOrZero(Given meaning) {
        return figure(meaning).orElse(BigDecimal.ZERO);
    }

    /**
     * A figure without which the example says nothing.
     *
     * @throws IllegalArgumentException if it is not there
     */
    BigDecimal required(Given meaning, String name) {
        return figure(meaning)
                .orElseThrow(
                        () -> new IllegalArgumentException("given." + name + " is missing; write it as a decimal"));
    }

    /** Whether the example says yes; false also if it says nothing. */
    boolean isTrue(Given meaning) {
        return node(meaning).map(Example::saysYes).orElse(false);
    }

    /** Whether the example says no, and not just nothing. */
    boolean isFalse(Given meaning) {
        return node(meaning)
                .map(node ->
                        node.isBoolean() ? !node.asBoolean() : node.asString("").matches("(?i)no|false|0"))
                .orElse(false);
    }

    private static boolean saysYes(JsonNode node) {
        return node.asBoolean(false) || node.asString("").matches("(?i)yes|true|1");
    }

    /** The day that the example names, by whatever precision. */
    Optional<LocalDate> day() {
        return node(Given.DATE).flatMap(Example::day);
    }

    /** The day that a text begins with; of a month its 15th. */
    static Optional<LocalDate> day(JsonNode node) {
        Matcher day = DAY.matcher(node.asString(""));
        if (!day.matches()) {
            return Optional.empty();
        }
        String ofMonth = day.group(3) == null ? "15" : day.group(3);
        return Optional.of(LocalDate.parse(day.group(1) + "-" + day.group(2) + "-" + ofMonth));
    }

    /**
     * Units bought in the month before. An example that is told not to be the first of its month, and tells no units,
     * follows the last one before it that is the first of one.
     */
    BigDecimal unitsBefore() {
        Optional<BigDecimal> told = figure(Given.UNITS_BEFORE);
        if (told.isPresent() || !isFalse(Given.FIRST_OF_MONTH)) {
            return told.orElse(BigDecimal.ZERO);
        }
        Example first = previous;
        while (first != null && !first.isTrue(Given.FIRST_OF_MONTH)) {
            first = first.previous;
        }
        if (first == null || !PublishedFile.hasFigure(first.expect().path("units"))) {
            return BigDecimal.ZERO;
        }
        return first.unitsBefore().add(PublishedFile.decimal(first.expect().path("units")));
    }

    /** The tolerance of a figure, if the file names one: of the figure, or of all of them. */
    Optional<BigDecimal> tolerance(String name) {
        JsonNode all = data.path("tolerance");
        JsonNode tolerance = all.isValueNode() ? all : all.path(name);
        boolean isNumber = tolerance.isNumber() || tolerance.asString("").matches("\\d+(\\.\\d+)?");
        return isNumber ? Optional.of(PublishedFile.decimal(tolerance)) : Optional.empty();
    }

    /** The tolerance of a figure; without one, half of the last digit that is printed. */
    BigDecimal tolerance(String name, BigDecimal printed) {
        return tolerance(name).orElse(halfDigit(printed));
    }

    /** Half of the last digit of a printed figure. */
    static BigDecimal halfDigit(BigDecimal printed) {
        return BigDecimal.ONE
                .movePointLeft(Math.max(0, printed.scale()))
                .divide(BigDecimal.TWO, Math.max(0, printed.scale()) + 2, RoundingMode.HALF_UP);
    }
}
