package org.metermint.vending.ledger;

/**
 * An account of the books and its balance.
 *
 * @param code such as {@code float/till}, {@code energy} or {@code tax/VAT}
 * @param balance minor units; debits are positive, credits negative
 */
public record AccountBalance(String code, long balance) {}
