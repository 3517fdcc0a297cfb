package org.metermint.tariff;

import java.util.Objects;

/**
 * What moves the blocks of a month beside purchases: a month that is cut in two, and units that are free.
 *
 * @param onChange what a version that takes over within a month does with the units bought before
 * @param newAccount what the first month of an account is given
 * @param freeUnits what free units are to the blocks
 */
public record Continuity(OnChange onChange, NewAccount newAccount, FreeUnits freeUnits) {
    /** Units are kept, blocks are whole, free units stand apart. */
    public static final Continuity STANDARD = new Continuity(OnChange.KEEP, NewAccount.FULL);

    /** Free units stand apart. */
    public Continuity(OnChange onChange, NewAccount newAccount) {
        this(onChange, newAccount, FreeUnits.APART);
    }

    /** What a version does with units that an earlier one sold in the same month. */
    public enum OnChange {
        KEEP,
        RESET
    }

    /** What the blocks of an account's first month are. */
    public enum NewAccount {
        /** As those of any month. */
        FULL,
        /** Their limits in proportion to the days that the account exists in the month, rounded up to a tenth. */
        BY_DAYS
    }

    /** What free units are to the blocks of their month. */
    public enum FreeUnits {
        /** Nothing: purchases begin in the blocks as if there were none. */
        APART,
        /** Units like those bought: they fill the first blocks. */
        COUNTED
    }

    public Continuity {
        Objects.requireNonNull(onChange, "onChange");
        Objects.requireNonNull(newAccount, "newAccount");
        Objects.requireNonNull(freeUnits, "freeUnits");
    }
}
