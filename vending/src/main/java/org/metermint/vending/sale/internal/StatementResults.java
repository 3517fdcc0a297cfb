package org.metermint.vending.sale.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;

/** The results of statements sent together, one after the other. */
final class StatementResults {
    private final PreparedStatement statement;
    private boolean rows;

    StatementResults(PreparedStatement statement) throws SQLException {
        this.statement = statement;
        this.rows = statement.execute();
    }

    /** The next result that has this column. */
    ResultSet next(String column) throws SQLException {
        while (true) {
            if (rows) {
                ResultSet result = Objects.requireNonNull(statement.getResultSet());
                if (Arrays.stream(names(result)).anyMatch(column::equals)) {
                    rows = statement.getMoreResults(java.sql.Statement.KEEP_CURRENT_RESULT);
                    return result;
                }
            } else if (statement.getUpdateCount() < 0) {
                throw new SQLException("no result has the column " + column);
            }
            rows = statement.getMoreResults(java.sql.Statement.KEEP_CURRENT_RESULT);
        }
    }

    private static String[] names(ResultSet result) throws SQLException {
        String[] names = new String[result.getMetaData().getColumnCount()];
        for (int i = 0; i < names.length; i++) {
            names[i] = result.getMetaData().getColumnLabel(i + 1);
        }
        return names;
    }

    /** Reads all that is left, so that its errors are thrown. */
    void finish() throws SQLException {
        while (rows || statement.getUpdateCount() >= 0) {
            rows = statement.getMoreResults();
        }
    }
}
