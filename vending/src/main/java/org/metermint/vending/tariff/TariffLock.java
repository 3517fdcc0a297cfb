package org.metermint.vending.tariff;

import org.metermint.vending.database.UtilityId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The lock on the question whether accounts use a tariff, held until the transaction ends. Whoever puts an account on a
 * tariff shares it; whoever adds a version excludes, and so knows whether that changes anybody's price.
 */
public final class TariffLock {
    private TariffLock() {}

    /** Puts an account on the tariff, beside others. */
    public static void share(JdbcClient sql, UtilityId utility, String tariff) {
        lock(sql, "pg_advisory_xact_lock_shared", utility, tariff);
    }

    /** Waits until nobody does, and lets nobody begin. */
    public static void exclude(JdbcClient sql, UtilityId utility, String tariff) {
        lock(sql, "pg_advisory_xact_lock", utility, tariff);
    }

    private static void lock(JdbcClient sql, String function, UtilityId utility, String tariff) {
        sql.sql("SELECT " + function + "(hashtextextended('tariff ' || ?, ?))")
                .params(tariff, utility.value())
                .query()
                .singleRow();
    }
}
