package org.metermint.vending.vendor;

/** When a vendor gets its commission. */
public enum Settlement {
    /** At once: a sale takes its value less the commission from the float. */
    NET,
    /** Later: a sale takes its full value from the float, and the commission is owed until it is paid. */
    GROSS
}
