package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where an account stands: the units bought in a calendar month of the utility's zone, and how far its charges are
 * paid. It belongs to the account or supply point and so outlives a meter.
 *
 * @param month the month it counts
 * @param units units bought in it, 0 to 1,000,000,000, kept at {@value #DECIMALS} decimals
 * @param charges by code how far each charge is counted, and what of it is due
 * @param lifelineLossPaid what was paid in this month towards the loss of the lifeline, in major units at published
 *     prices with up to {@value #MONEY_DECIMALS} decimals
 * @param lastPurchase when it was moved last, if ever
 */
public record AccountPosition(
        YearMonth month,
        BigDecimal units,
        Map<String, ChargeState> charges,
        BigDecimal lifelineLossPaid,
        @Nullable Instant lastPurchase) {
    /** Decimals of a position. */
    public static final int DECIMALS = 6;

    /** Decimals of money that is remembered exactly enough. */
    public static final int MONEY_DECIMALS = 10;

    static final BigDecimal MAX_UNITS = BigDecimal.valueOf(1_000_000_000);

    public AccountPosition {
        Objects.requireNonNull(month, "month");
        units = Checks.decimal("position", units, MAX_UNITS, DECIMALS).setScale(DECIMALS);
        charges = charges.isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(charges));
        lifelineLossPaid = lifelineLossPaid.signum() == 0
                ? BigDecimal.ZERO
                : Checks.decimal("lifelineLossPaid", lifelineLossPaid, BigDecimal.TEN.pow(15), MONEY_DECIMALS)
                        .stripTrailingZeros();
    }

    /** A position of units alone. */
    public AccountPosition(YearMonth month, BigDecimal units) {
        this(month, units, Map.of(), BigDecimal.ZERO, null);
    }

    /** Nothing bought in this month yet. */
    public static AccountPosition startOf(YearMonth month) {
        return new AccountPosition(month, BigDecimal.ZERO);
    }

    /**
     * This position seen in a month: itself in its own; in a later one no units are bought yet, and what is due of
     * charges is kept.
     *
     * @throws IllegalArgumentException if the month lies before the position's
     */
    public AccountPosition in(YearMonth other) {
        if (other.isBefore(month)) {
            throw new IllegalArgumentException("month " + other + " lies before " + month + " of the position");
        }
        return other.equals(month)
                ? this
                : new AccountPosition(other, BigDecimal.ZERO, charges, BigDecimal.ZERO, lastPurchase);
    }

    /** The same month without units bought, as a tariff version has it that begins anew. */
    AccountPosition reset() {
        return new AccountPosition(month, BigDecimal.ZERO, charges, BigDecimal.ZERO, lastPurchase);
    }
}
