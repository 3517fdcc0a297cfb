package org.metermint.vending.database;

/** Names a utility within the installation. Every row of the database belongs to one. */
public record UtilityId(long value) {
    public UtilityId {
        if (value < 1) {
            throw new IllegalArgumentException("utility id " + value + " is below 1");
        }
    }
}
