package org.metermint.vending.ledger.internal;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Map;

/** A form in which the books are written, called in the order of its methods. */
interface ExportForm {
    /**
     * Begins.
     *
     * @param opening what stands on each account before the first entry, by its number
     */
    void begin(LocalDate from, Map<Long, Long> opening) throws IOException;

    void entry(LocalDate day, StoredEntry entry) throws IOException;

    /** A day is over that was closed with these balances. */
    void closed(LocalDate day, Map<Long, Long> balances) throws IOException;
}
