package org.metermint.secure;

/** Where a vending key is in its life. */
public enum KeyStatus {
    /** Taken in, and its activation lies ahead. */
    LOADED,
    /** Issues tokens. */
    ACTIVE,
    /** Past its expiry number, past the end of its base date, or expired by hand: only the old key of a key change. */
    EXPIRED,
    /** Its octets are gone for good; what is known of it remains. */
    DESTROYED
}
