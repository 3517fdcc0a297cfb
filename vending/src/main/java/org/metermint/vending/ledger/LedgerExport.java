package org.metermint.vending.ledger;

import java.io.Writer;
import java.time.LocalDate;
import org.metermint.vending.database.UtilityId;

/** The books as text, for other programs. */
public interface LedgerExport {
    /** In which form. */
    enum Format {
        /** RFC 4180: a line for each posting, and one with the names of the columns. */
        CSV,
        /**
         * Plain-text accounting as beancount reads it: accounts, opening balances, entries, and after each closed day
         * its balances as assertions, so that another program proves them.
         */
        BEANCOUNT
    }

    /**
     * Writes the entries of some days, as of one instant and in their order. The day of an entry is the one that it was
     * closed with; after the last closed day, that of its id in the utility's zone.
     *
     * @param from first day
     * @param to last day, not before the first
     * @return how many entries
     * @throws java.io.UncheckedIOException if the text cannot be written
     */
    long write(UtilityId utility, LocalDate from, LocalDate to, Format format, Writer out, Progress progress);
}
