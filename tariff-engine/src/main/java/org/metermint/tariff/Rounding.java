package org.metermint.tariff;

import java.math.RoundingMode;
import java.util.Objects;

/**
 * How a tariff rounds. Units on a token are not a matter of choice: they round up to the token's step of a tenth, in
 * the customer's favour.
 *
 * @param amounts how every line but the balancing one is rounded to minor units
 * @param balance which line takes what the others leave of the payment, so that the lines sum to it
 * @param position whether the month's position moves by the units issued or by the exact units paid for
 * @param displayDecimals decimals of the units shown to people, 0 to 6
 * @param displayUnits how the exact units are rounded for show
 */
public record Rounding(
        RoundingMode amounts, Balance balance, Position position, int displayDecimals, RoundingMode displayUnits) {
    /** Lines half up, the rest to energy, the position by issued units, the issued units shown. */
    public static final Rounding STANDARD =
            new Rounding(RoundingMode.HALF_UP, Balance.ENERGY, Position.ISSUED, 1, RoundingMode.UP);

    /** The line that is found by subtraction. */
    public enum Balance {
        /** Levies are rounded, energy is the rest. */
        ENERGY,
        /** Energy and all levies but the last are rounded, the last levy is the rest; without levies, energy is. */
        LAST_LEVY
    }

    /** What the month's position counts. */
    public enum Position {
        ISSUED,
        EXACT
    }

    public Rounding {
        Objects.requireNonNull(balance, "balance");
        Objects.requireNonNull(position, "position");
        Checks.inRange("displayDecimals", displayDecimals, 0, AccountPosition.DECIMALS);
        rounds("amounts", amounts);
        rounds("displayUnits", displayUnits);
    }

    private static void rounds(String field, RoundingMode mode) {
        Objects.requireNonNull(mode, field);
        if (mode == RoundingMode.UNNECESSARY) {
            throw new IllegalArgumentException(field + " UNNECESSARY does not round; choose UP, DOWN, HALF_UP ...");
        }
    }
}
