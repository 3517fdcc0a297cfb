package org.metermint.vending.vendor;

/** How a vendor is connected. */
public enum VendorKind {
    /** One credential. */
    SINGLE_CLIENT,
    /** One account, many tills with a credential each. */
    MULTI_CLIENT,
    /** Sells through others, whose tills it names as its terminals. */
    SUPER_VENDOR,
    /** One connection, and terminals of its own behind it. */
    GATEWAY;

    /** Whether terminals stand behind its clients. */
    public boolean hasTerminals() {
        return this == SUPER_VENDOR || this == GATEWAY;
    }
}
