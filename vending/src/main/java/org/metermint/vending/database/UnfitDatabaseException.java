package org.metermint.vending.database;

/** The database, or the role it is used by, does not fit this program. The message says what to do. */
public final class UnfitDatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnfitDatabaseException(String message) {
        super(message);
    }
}
