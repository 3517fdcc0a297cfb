package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One worked example of a published file. */
record Example(PublishedFile file, JsonNode data) {
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

    boolean has(String given) {
        return given().has(given);
    }

    BigDecimal given(String name) {
        return PublishedFile.decimal(given().path(name));
    }

    /** A figure of the given ones; zero if it is not there. */
    BigDecimal givenOrZero(String name) {
        return has(name) ? given(name) : BigDecimal.ZERO;
    }

    boolean isTrue(String given) {
        return given().path(given).asBoolean(false);
    }

    /** The tolerance of a figure, if the file names a number. */
    Optional<BigDecimal> tolerance(String name) {
        JsonNode tolerance = data.path("tolerance").path(name);
        return tolerance.asString("").matches("\\d+(\\.\\d+)?")
                ? Optional.of(new BigDecimal(tolerance.asString()))
                : Optional.empty();
    }

    /** Half of the last digit of a printed figure. */
    static BigDecimal halfDigit(BigDecimal printed) {
        return BigDecimal.ONE
                .movePointLeft(Math.max(0, printed.scale()))
                .divide(BigDecimal.TWO, printed.scale() + 2, RoundingMode.HALF_UP);
    }
}
