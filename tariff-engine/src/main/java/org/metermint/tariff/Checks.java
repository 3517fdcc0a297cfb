package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.regex.Pattern;

/** Checks of record components; every message names the field, the value and the bound. */
final class Checks {
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,31}");

    private Checks() {}

    static long inRange(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + ".." + max);
        }
        return value;
    }

    /** A decimal between zero and {@code max} with at most {@code maxScale} decimals. */
    static BigDecimal decimal(String field, BigDecimal value, BigDecimal max, int maxScale) {
        Objects.requireNonNull(value, field);
        if (value.signum() < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(field + " " + shown(value) + " is outside 0.." + max.toPlainString());
        }
        if (value.scale() > maxScale) {
            throw new IllegalArgumentException(field + " " + shown(value) + " has " + value.scale()
                    + " decimals; at most " + maxScale + " are allowed");
        }
        return value;
    }

    static String code(String field, String value) {
        Objects.requireNonNull(value, field);
        if (!CODE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    field + " '" + abbreviated(value) + "' is not a code: 1..32 of A-Z, 0-9 and _, a letter first");
        }
        return value;
    }

    static String text(String field, String value, int maxLength) {
        Objects.requireNonNull(value, field);
        if (value.isBlank() || value.length() > maxLength) {
            throw new IllegalArgumentException(
                    field + " '" + abbreviated(value) + "' is blank or longer than " + maxLength + " characters");
        }
        return value;
    }

    /** The same number without trailing zeros behind the point, so that equal numbers are equal. */
    static BigDecimal plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** Plain digits, unless a hostile exponent would make them endless. */
    private static String shown(BigDecimal value) {
        boolean isShort = Math.abs((long) value.scale()) <= 30;
        return abbreviated(isShort ? value.toPlainString() : value.toString());
    }

    private static String abbreviated(String value) {
        return value.length() <= 40 ? value : value.substring(0, 40) + "...";
    }
}
