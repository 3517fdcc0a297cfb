package org.metermint.secure;

import java.util.regex.Pattern;

/**
 * A point of a record that somebody outside the module knows, for instance from the export of a day: a record that does
 * not lead through it was rewritten or cut short.
 *
 * @param record the number of a record
 * @param chainHash the chain hash that stands for it and all records before it; 64 hexadecimal digits
 */
public record AuditAnchor(long record, String chainHash) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public AuditAnchor {
        if (record < 1) {
            throw new IllegalArgumentException("record " + record + " of an anchor is below 1");
        }
        if (!HASH.matcher(chainHash).matches()) {
            throw new IllegalArgumentException("the chain hash of an anchor has 64 of 0-9 a-f");
        }
    }
}
