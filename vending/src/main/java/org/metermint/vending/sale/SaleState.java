package org.metermint.vending.sale;

/** Where a sale stands. The first two are open: recovery ends them; the others are for ever. */
public enum SaleState {
    /** Written and booked; the security module has not been asked, or has not answered yet. */
    RESERVED,
    /** The security module was asked and its answer was lost: it is fetched by the sale's id, never guessed. */
    UNKNOWN,
    /** The tokens are here. */
    ISSUED,
    /** The tokens are here, and somebody said that the customer has them. */
    DELIVERED,
    /** The security module refused for good; the postings were booked back. */
    REFUSED;

    /** Whether the sale has tokens. */
    public boolean hasTokens() {
        return this == ISSUED || this == DELIVERED;
    }

    public boolean open() {
        return this == RESERVED || this == UNKNOWN;
    }
}
