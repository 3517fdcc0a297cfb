package org.metermint.vending.ledger;

import java.util.Optional;

/**
 * An account of the chart of a utility.
 *
 * @param id by which postings name it
 * @param code such as {@code float/till}, {@code energy} or {@code tax/VAT}; it never changes, and neither does the type
 * @param name the utility's own, for its exports
 * @param number the utility's own, unique within it
 */
public record LedgerAccount(long id, String code, AccountType type, Optional<String> name, Optional<String> number) {}
