package org.metermint.vending.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

/** What a failure of the database means, and how it is told. */
public final class DatabaseFailures {
    private static final String DISK_FULL = "53100";
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private DatabaseFailures() {}

    /**
     * Whether the database cannot be reached or cannot work: lost connections (SQL state 08), exhausted resources (53), a
     * lock that was not had in time (55P03), interventions of an operator (57, 58), or no free connection.
     */
    public static boolean isUnavailable(SQLException failure) {
        String state = Objects.requireNonNullElse(failure.getSQLState(), "");
        return failure instanceof SQLTransientConnectionException
                || state.equals(LOCK_NOT_AVAILABLE)
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("58");
    }

    /** Whether the same work may succeed if it is done again at once: a deadlock or a lost race. */
    public static boolean isRepeatable(SQLException failure) {
        String state = Objects.requireNonNullElse(failure.getSQLState(), "");
        return state.startsWith("40") || state.equals("23505") || state.equals("23514");
    }

    /** The failure as a refusal that may be repeated. */
    public static RefusedException unavailable(Throwable cause) {
        RefusedException refused = new RefusedException(RefusalCode.DATABASE_UNAVAILABLE, words(cause));
        refused.initCause(cause);
        return refused;
    }

    private static String words(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException known && known.getSQLState() != null) {
                return known.getSQLState().equals(DISK_FULL)
                        ? "the disk of the database is full"
                        : "the database failed with SQL state " + known.getSQLState();
            }
        }
        return "the database did not answer";
    }
}
