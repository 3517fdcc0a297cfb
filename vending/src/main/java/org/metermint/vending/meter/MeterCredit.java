package org.metermint.vending.meter;

/** What a meter takes as credit (IEC 62055-41, TransferCredit: the subclass says which). */
public enum MeterCredit {
    /** Units of what it measures, in tenths. */
    UNITS,
    /** Money, in steps of 10^-5 of the currency, which the meter prices by its own tariff. */
    CURRENCY
}
