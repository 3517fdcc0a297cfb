package org.metermint.tariff;

/**
 * What a purchase recovered of a debt.
 *
 * @param reference the debt
 * @param amount recovered, in minor units, more than 0
 * @param balanceAfter still owed, in minor units
 */
public record DebtPaid(String reference, long amount, long balanceAfter) {}
