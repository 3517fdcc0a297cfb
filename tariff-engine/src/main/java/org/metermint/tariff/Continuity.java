package org.metermint.tariff;

import java.util.Objects;

/**
 * What a month that is cut in two means for the blocks.
 *
 * @param onChange what a version that takes over within a month does with the units bought before
 * @param newAccount what the first month of an account is given
 */
public record Continuity(OnChange onChange, NewAccount newAccount) {
    /** Units are kept, blocks are whole. */
    public static final Continuity STANDARD = new Continuity(OnChange.KEEP, NewAccount.FULL);

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

    public Continuity {
        Objects.requireNonNull(onChange, "onChange");
        Objects.requireNonNull(newAccount, "newAccount");
    }
}
