package org.metermint.vending.shift;

import java.util.Optional;

/**
 * A shift to be opened.
 *
 * @param client whose sales shall count
 * @param openingCash what is in the till, 0..1,000,000,000,000,000 minor units
 */
public record NewShift(String client, Optional<String> terminal, String operator, long openingCash) {
    private static final long MOST = 1_000_000_000_000_000L;

    public NewShift {
        if (openingCash < 0 || openingCash > MOST) {
            throw new IllegalArgumentException(
                    "opening_cash " + openingCash + " is outside 0.." + MOST + " minor units");
        }
    }
}
