package org.metermint.vending.sale.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.database.UtilityId;

/**
 * Writes many rows of one table by one statement over arrays, one array for each column. The first column is always
 * the utility.
 */
final class BulkInsert<R> {
    /**
     * A column.
     *
     * @param type of the values in the array
     * @param expression what is written of the array's element, here called {@code u.NAME}
     */
    record Column<R>(String name, String type, String expression, Function<R, @Nullable Object> value) {}

    private final String table;
    private final List<Column<R>> columns;

    BulkInsert(String table, List<Column<R>> columns) {
        this.table = table;
        this.columns = List.copyOf(columns);
    }

    static <R> Column<R> column(String name, String type, Function<R, @Nullable Object> value) {
        return new Column<>(name, type, "u." + name, value);
    }

    /** A column whose elements arrive as another type and are cast to their own. */
    static <R> Column<R> cast(String name, String type, String to, Function<R, @Nullable Object> value) {
        return new Column<>(name, type, "u." + name + "::" + to, value);
    }

    String sql() {
        return "INSERT INTO " + table + " (utility_id, " + joined(Column::name) + ") SELECT ?, "
                + joined(Column::expression) + " FROM unnest("
                + joined(column -> "?::" + column.type() + "[]") + ") AS u (" + joined(Column::name) + ")";
    }

    private String joined(Function<Column<R>, String> part) {
        return columns.stream().map(part).collect(Collectors.joining(", "));
    }

    /**
     * Binds the parameters of {@link #sql()}.
     *
     * @param first the number of the first one
     * @return the number of the first one after them
     */
    int bind(Connection connection, PreparedStatement statement, int first, UtilityId utility, List<R> rows)
            throws SQLException {
        int next = first;
        statement.setLong(next++, utility.value());
        for (Column<R> column : columns) {
            Object[] values = new @Nullable Object[rows.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = column.value().apply(rows.get(i));
            }
            statement.setArray(next++, connection.createArrayOf(column.type(), values));
        }
        return next;
    }
}
