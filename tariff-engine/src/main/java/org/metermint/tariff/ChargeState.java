package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;

/**
 * Where an account stands with a charge.
 *
 * @param through the last day that was counted: nothing up to it falls due anew
 * @param due what fell due and was not collected, in major units, 0 to 1,000,000,000,000,000 with up to 16 decimals
 */
public record ChargeState(LocalDate through, BigDecimal due) {
    public ChargeState {
        Objects.requireNonNull(through, "through");
        due = Checks.decimal("charge due", due, BigDecimal.TEN.pow(15), 16).stripTrailingZeros();
    }
}
