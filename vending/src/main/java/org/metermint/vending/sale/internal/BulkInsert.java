package org.metermint.vending.sale.internal;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.UtilityId;

/**
 * Writes many rows of one table by one statement over one array, whose elements are of the composite type {@code
 * new_TABLE}. An array for each column would be simpler, and at forty columns costs twice as much. The table's first
 * column is always the utility.
 */
final class BulkInsert<R> {
    /** A column, in the order of the composite type. */
    record Column<R>(String name, Function<R, @Nullable Object> value) {}

    private final String table;
    private final List<Column<R>> columns;

    BulkInsert(String table, List<Column<R>> columns) {
        this.table = table;
        this.columns = List.copyOf(columns);
    }

    static <R> Column<R> column(String name, Function<R, @Nullable Object> value) {
        return new Column<>(name, value);
    }

    String table() {
        return table;
    }

    /** The names of the columns without the utility's. */
    List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    String sql() {
        return "INSERT INTO " + table + " (utility_id, " + names().stream().collect(Collectors.joining(", "))
                + ") SELECT ?, u.* FROM unnest(?::new_" + table + "[]) AS u";
    }

    /**
     * Binds the parameters of {@link #sql()}.
     *
     * @param first the number of the first one
     * @return the number of the first one after them
     */
    int bind(PreparedStatement statement, int first, UtilityId utility, List<R> rows) throws SQLException {
        statement.setLong(first, utility.value());
        statement.setString(first + 1, literal(rows));
        return first + 2;
    }

    /** The rows as PostgreSQL writes an array of composites. */
    String literal(List<R> rows) {
        StringBuilder array = new StringBuilder(rows.size() * columns.size() * 16).append('{');
        for (R row : rows) {
            array.append(array.length() == 1 ? "\"(" : ",\"(");
            for (int i = 0; i < columns.size(); i++) {
                if (i > 0) {
                    array.append(',');
                }
                append(array, columns.get(i).value().apply(row));
            }
            array.append(")\"");
        }
        return array.append('}').toString();
    }

    /** A member of a composite in an array: nothing for null; a text in quotes, which the array escapes once more. */
    private static void append(StringBuilder array, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Long number -> array.append(number.longValue());
            case Integer number -> array.append(number.intValue());
            case Boolean flag -> array.append(flag.booleanValue());
            case UUID id -> array.append(id);
            case Instant instant -> array.append(instant);
            case LocalDate date -> array.append(date);
            case BigDecimal decimal -> array.append(decimal.toPlainString());
            case String text -> appendQuoted(array, text);
            default -> throw new IllegalArgumentException("no column takes a " + value.getClass());
        }
    }

    private static void appendQuoted(StringBuilder array, String text) {
        array.append("\\\"");
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                array.append(text, written, i).append(c == '"' ? "\\\"\\\"" : "\\\\\\\\");
                written = i + 1;
            }
        }
        array.append(text, written, text.length()).append("\\\"");
    }
}
