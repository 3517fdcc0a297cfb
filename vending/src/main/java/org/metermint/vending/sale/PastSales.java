package org.metermint.vending.sale;

import java.time.Instant;
import java.util.function.Consumer;
import org.metermint.vending.database.UtilityId;

/** The sales of a span of time, for whoever looks back at many of them. Nothing is locked, and selling goes on. */
public interface PastSales {
    /**
     * How many there are, roughly: those still open and those refused count too.
     *
     * @param from inclusive
     * @param to exclusive
     */
    long atMost(UtilityId utility, String tariff, Instant from, Instant to);

    /**
     * Reads the sales by a tariff that issued their tokens, but for those of free units, account after account and each account's in the order in which
     * they were made. All are as of one instant, and come in portions, so that any number of them can be read.
     *
     * @param from inclusive
     * @param to exclusive
     */
    void each(UtilityId utility, String tariff, Instant from, Instant to, Consumer<PastSale> reader);
}
