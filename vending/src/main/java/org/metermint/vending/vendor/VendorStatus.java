package org.metermint.vending.vendor;

/** Whether a vendor may sell. */
public enum VendorStatus {
    ACTIVE,
    /** Sales are refused until the suspension is lifted; what was sold stays. */
    SUSPENDED
}
