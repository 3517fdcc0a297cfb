package org.metermint.vending.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * A day whose books are closed.
 *
 * @param day of the utility's calendar
 * @param boundary every entry below it belongs to this day or an earlier one
 * @param entries of the day
 * @param postings of the day
 * @param digest SHA-256 over the digest before, the day's entries and the balances after it, in hexadecimal digits
 * @param previousDigest of the day before; zeros on the first
 */
public record ClosedDay(
        LocalDate day,
        UUID boundary,
        long entries,
        long postings,
        String digest,
        String previousDigest,
        Instant closedAt) {}
