package org.metermint.vending.vendor;

/** What moves a float beside sales. */
public enum MovementKind {
    /** The vendor paid in at the bank. */
    DEPOSIT,
    /** The vendor is paid out. */
    WITHDRAWAL,
    /** Commission of a month is paid into the float. */
    COMMISSION
}
