package org.metermint.vending.imports;

/**
 * What became of a row.
 *
 * @param message for a refused row what is wrong and what to do, else empty
 */
public record RowReport(long line, Result result, String message) {
    public enum Result {
        /** Written now, or would be, in a dry run. */
        CREATED,
        /** The same record was there already. */
        UNCHANGED,
        /** Not written. */
        REFUSED
    }
}
