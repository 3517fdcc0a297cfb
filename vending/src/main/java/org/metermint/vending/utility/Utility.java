package org.metermint.vending.utility;

import java.time.Instant;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.money.Money;

/**
 * A utility: whoever sells electricity, water or gas under its own name and books.
 *
 * @param code short name that stays, 1..32 of a-z, 0-9 and '-'
 */
public record Utility(UtilityId id, String code, UtilitySettings settings, Instant createdAt) {
    /** An amount in this utility's currency. */
    public Money money(long minor) {
        return new Money(minor, settings.minorDigits(), settings.currency());
    }
}
