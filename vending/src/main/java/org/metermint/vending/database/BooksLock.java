package org.metermint.vending.database;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The lock on the books of a utility, held until the transaction ends. Whoever books shares it; whoever closes a day or
 * a shift excludes, and so sees no booking half-way: what was begun is committed, and what comes later sees the closing.
 * It is taken before any row.
 */
public final class BooksLock {
    /** First key of the advisory lock; the second is the utility. */
    public static final int BOOKS = 4;

    private BooksLock() {}

    /** Books beside others. */
    public static void share(JdbcClient sql, UtilityId utility) {
        lock(sql, "pg_advisory_xact_lock_shared", utility);
    }

    /** Waits until nobody books, and lets nobody begin. */
    public static void exclude(JdbcClient sql, UtilityId utility) {
        lock(sql, "pg_advisory_xact_lock", utility);
    }

    private static void lock(JdbcClient sql, String function, UtilityId utility) {
        sql.sql("SELECT " + function + "(?, ?)")
                .params(BOOKS, Math.toIntExact(utility.value()))
                .query()
                .singleRow();
    }
}
