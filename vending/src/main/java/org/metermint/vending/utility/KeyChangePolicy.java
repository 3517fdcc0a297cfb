package org.metermint.vending.utility;

/** What a sale does when the meter's key must change before it can take the credit. */
public enum KeyChangePolicy {
    /** The sale carries the key change set and the credit token, the set first. */
    WITH_SALE,
    /** The sale is refused, and the remedy is told. */
    REFUSE
}
