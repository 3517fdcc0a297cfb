package org.metermint.channel.rest;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;

/** Turns texts of a body into values; what cannot be turned is a problem that names the field. */
final class Fields {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,18}(\\.[0-9]{1,10})?");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}");

    private Fields() {}

    /** The value of a field by a parser that says what is wrong in an {@link IllegalArgumentException}. */
    static <V, T> T parsed(String field, V given, Function<V, T> parser) {
        try {
            return parser.apply(given);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.ofField(field, Optional.of(given.toString()), String.valueOf(e.getMessage())));
        }
    }

    /** A record of several fields that checks itself; its message names the field and leaves out personal values. */
    static <T> T checked(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.of(new Refusal(RefusalCode.FIELD_INVALID, String.valueOf(e.getMessage()))));
        }
    }

    static BigDecimal decimal(String field, String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new ProblemException(Problem.ofField(
                    field,
                    Optional.of(text),
                    "it is no decimal such as \"100.00\": up to 18 digits, a point and up to 10 decimals"));
        }
        return new BigDecimal(text);
    }

    /** An amount in minor units. */
    static long minorUnits(String field, String text, int digits) {
        BigDecimal amount = decimal(field, text);
        try {
            return amount.movePointRight(digits).longValueExact();
        } catch (ArithmeticException e) {
            throw new ProblemException(Problem.ofField(
                    field,
                    Optional.of(text),
                    "it is no amount of the utility's currency, which has " + digits + " decimals"));
        }
    }

    static String currency(String field, String text) {
        if (!CURRENCY.matcher(text).matches()) {
            throw new ProblemException(
                    Problem.ofField(field, Optional.of(text), "it is not three letters A-Z as in ISO 4217"));
        }
        return text;
    }

    /** A number in a path; what could not be in the database is not asked of it. */
    static String recordNumber(String text) {
        if (text.length() > 64 || text.chars().anyMatch(Character::isISOControl)) {
            throw Missing.record("number");
        }
        return text;
    }

    /** A code that names a record beside the path; what could not be in the database is not asked of it. */
    static String code(String field, String text, int longest) {
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(Problem.ofField(
                    field,
                    Optional.empty(),
                    "it has " + text.length() + " characters; it needs 1 to " + longest
                            + ", not blank and none of control"));
        }
        return text;
    }

    /** The name of a request, as {@link IdempotencyKeys} lets it in. */
    static String requestId(String parameter, String text) {
        if (!IdempotencyKeys.FORM.matcher(text).matches()) {
            throw new ProblemException(Problem.of(
                    Fault.PARAMETER_INVALID,
                    "it needs 1 to 64 printable ASCII characters without spaces",
                    Optional.of(parameter),
                    Optional.of(text)));
        }
        return text;
    }

    static LocalDate day(String field, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new ProblemException(
                    Problem.ofField(field, Optional.of(text), "it is no day such as \"2026-07-15\""));
        }
    }

    static YearMonth month(String field, String text) {
        try {
            if (MONTH.matcher(text).matches()) {
                return YearMonth.parse(text);
            }
        } catch (DateTimeParseException e) {
            // told below, as for every other text
        }
        throw new ProblemException(Problem.ofField(field, Optional.of(text), "it is no month such as \"2026-07\""));
    }
}
