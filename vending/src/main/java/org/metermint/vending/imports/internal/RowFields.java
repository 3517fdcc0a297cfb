package org.metermint.vending.imports.internal;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.metermint.vending.imports.ImportKind;
import org.metermint.vending.imports.ImportRow;
import org.metermint.vending.refusal.RefusedException;

/** Reads the fields of one row; every failure names its column. */
final class RowFields {
    private final Map<String, String> fields;

    RowFields(ImportKind kind, ImportRow row) {
        this.fields = row.fields();
        Set<String> unknown = new HashSet<>(fields.keySet());
        kind.required().forEach(unknown::remove);
        kind.optional().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown columns " + unknown.stream().sorted().toList() + "; known are " + kind.required() + " and "
                            + kind.optional());
        }
    }

    Optional<String> text(String column) {
        return Optional.ofNullable(fields.get(column)).map(String::strip).filter(text -> !text.isEmpty());
    }

    String required(String column) {
        return text(column).orElseThrow(() -> new IllegalArgumentException("column " + column + " is empty"));
    }

    <T> Optional<T> read(String column, Function<String, T> reader) {
        return text(column).map(text -> apply(column, text, reader));
    }

    <T> T readRequired(String column, Function<String, T> reader) {
        return apply(column, required(column), reader);
    }

    private static <T> T apply(String column, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (RefusedException e) {
            throw new IllegalArgumentException(
                    "column " + column + ": " + e.refusal().detail());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("column " + column + " is not a number");
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IllegalArgumentException("column " + column + ": " + e.getMessage());
        }
    }
}
