package org.metermint.vending.imports;

import java.util.Map;

/**
 * One row from outside.
 *
 * @param line where it stood, for the report
 * @param fields text by column name; an empty text counts as absent
 */
public record ImportRow(long line, Map<String, String> fields) {
    public ImportRow {
        fields = Map.copyOf(fields);
    }

    /** Leaves the fields out: they are personal. */
    @Override
    public String toString() {
        return "ImportRow[line=" + line + "]";
    }
}
