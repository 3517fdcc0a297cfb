package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;

/**
 * The figure of a rate table from an instant on, such as a month's fuel cost. Tables are versioned apart from tariffs.
 *
 * @param table names the table: A-Z, 0-9 and _
 * @param version counts the versions of the table, from 1
 * @param effectiveFrom the first instant at which it holds, until a later version does
 * @param rate what stands in for the rate of a levy or the price of a block, 0 to 1,000,000,000,000 with up to 10
 *     decimals
 */
public record RateVersion(String table, int version, Instant effectiveFrom, BigDecimal rate) {
    public RateVersion {
        Checks.code("rate table", table);
        Checks.inRange("version of rate table " + table, version, 1, Integer.MAX_VALUE);
        Objects.requireNonNull(effectiveFrom, "effectiveFrom");
        rate = Checks.plain(Checks.decimal("rate of table " + table, rate, BigDecimal.TEN.pow(12), 10));
    }
}
