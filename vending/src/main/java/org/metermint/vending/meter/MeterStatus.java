package org.metermint.vending.meter;

/** Whether a meter may be sold to. */
public enum MeterStatus {
    ACTIVE,
    BLOCKED
}
