package org.metermint.vending.receipt;

/** The paper of a receipt printer, and how many characters of its standard font stand in a line. */
public enum Paper {
    /** 58 mm wide. */
    MM_58(32),
    /** 80 mm wide. */
    MM_80(42);

    private final int columns;

    Paper(int columns) {
        this.columns = columns;
    }

    /** Characters in a line. */
    public int columns() {
        return columns;
    }
}
