package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.Objects;

/**
 * Where an account stands in a calendar month of the utility's zone: the units already bought on it. It belongs to
 * the account or supply point and so outlives a meter.
 *
 * @param month the month it counts
 * @param units units bought in it, 0 to 1,000,000,000, kept at {@value #DECIMALS} decimals
 */
public record AccountPosition(YearMonth month, BigDecimal units) {
    /** Decimals of a position. */
    public static final int DECIMALS = 6;

    static final BigDecimal MAX_UNITS = BigDecimal.valueOf(1_000_000_000);

    public AccountPosition {
        Objects.requireNonNull(month, "month");
        units = Checks.decimal("position", units, MAX_UNITS, DECIMALS).setScale(DECIMALS);
    }

    /** Nothing bought in this month yet. */
    public static AccountPosition startOf(YearMonth month) {
        return new AccountPosition(month, BigDecimal.ZERO);
    }

    /**
     * This position seen in a month: itself in its own, zero in a later one.
     *
     * @throws IllegalArgumentException if the month lies before the position's
     */
    public AccountPosition in(YearMonth other) {
        if (other.isBefore(month)) {
            throw new IllegalArgumentException("month " + other + " lies before " + month + " of the position");
        }
        return other.equals(month) ? this : startOf(other);
    }
}
