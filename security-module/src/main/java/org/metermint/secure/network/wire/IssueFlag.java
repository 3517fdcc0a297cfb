package org.metermint.secure.network.wire;

/** The bits of {@code flags} in issueCreditToken and issueMseToken: {@code TokenIssueFlags}. */
public enum IssueFlag {
    /** tokenTime is the time of the token, in Unix seconds; without it the module's clock is. */
    EXTERNAL_CLOCK(1),
    /** The token identifier is counted from the base date of the vending key. */
    TID_ADJUST_BDT(2),
    /** The token takes the reserved minute 00:01. */
    SPECIAL_RESERVED(4);

    private final long bit;

    IssueFlag(long bit) {
        this.bit = bit;
    }

    /** The bit's value. */
    public long bit() {
        return bit;
    }

    /** Whether the bit is set in a value of {@code flags}. */
    public boolean in(long flags) {
        return (flags & bit) != 0;
    }
}
