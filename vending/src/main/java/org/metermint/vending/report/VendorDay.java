package org.metermint.vending.report;

import java.time.LocalDate;

/**
 * What a vendor sold on a day of the utility's calendar, by the time when tokens were issued.
 *
 * @param issued sales with tokens
 * @param refused sales that were reserved and came to nothing
 * @param tender of those issued, in minor units
 */
public record VendorDay(LocalDate day, String vendor, long issued, long refused, long tender) {}
