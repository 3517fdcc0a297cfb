package org.metermint.vending.entitlement;

import java.util.Optional;
import org.metermint.vending.money.Money;

/**
 * What the accounts of a list had of free units in a month, for the account of its funder.
 *
 * @param list reference of the list
 * @param accounts how many took their units
 * @param tenths of units that they took
 * @param open how many more are reserved, and not issued yet
 * @param amount what the funder owes for the units, rounded half up to the minor unit, if a rate is agreed
 */
public record Claim(String list, String funder, long accounts, long tenths, long open, Optional<Money> amount) {}
