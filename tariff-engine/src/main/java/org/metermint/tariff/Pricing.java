package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Prices a purchase: a pure function of tariff version, circumstances, position, purchase and time.
 *
 * <p>What is due of charges, debts and the channel's fee is settled first, in the tariff's order; the rest buys energy.
 * <p>Blocks are marginal over the units bought in a calendar month. A payment is filled into them from the position
 * on, at the price of each block with all its levies, until nothing is left; the units so found are exact, and are
 * issued rounded up to a tenth. Every levy is then computed from the exact figures and rounded by itself, and the
 * balancing line takes the rest, so that the lines sum to the payment whatever the rounding. A purchase by units is
 * the inverse: the payment is the price of the units and of what is due, rounded down to minor units, and is priced
 * like any other.
 *
 * <p>All arithmetic is exact; each figure of an assessment is rounded once. Nothing here reads a clock, a default zone
 * or any other state.
 */
public final class Pricing {
    private Pricing() {}

    /** Prices a purchase of which nothing else is known, as {@link TariffPlan#assess} does. */
    public static PricingResult assess(
            Tariff tariff, AccountPosition position, Purchase purchase, Instant at, ZoneId zone) {
        return assess(tariff, Circumstances.NONE, position, purchase, at, zone);
    }

    /** Prices a purchase as {@link TariffPlan#assess} does; whoever prices often keeps the plan instead. */
    public static PricingResult assess(
            Tariff tariff,
            Circumstances circumstances,
            AccountPosition position,
            Purchase purchase,
            Instant at,
            ZoneId zone) {
        return TariffPlan.of(tariff).assess(circumstances, position, purchase, at, zone);
    }

    /**
     * The price of units from a position on, with all levies and without charges, in major units at 10 decimals, half
     * up.
     *
     * @param position units already bought this month, at least 0
     * @param units units to price, at least 0
     * @throws IllegalArgumentException if the tariff does not price so many, or not without knowing more
     */
    public static BigDecimal price(Tariff tariff, BigDecimal position, BigDecimal units) {
        Checks.decimal("position", position, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS);
        Checks.decimal("units", units, AccountPosition.MAX_UNITS, AccountPosition.DECIMALS);
        YearMonth month = YearMonth.of(1970, 1);
        Tariff bare = new Tariff(
                tariff.id(),
                tariff.version(),
                tariff.name(),
                tariff.currency(),
                tariff.minorDigits(),
                tariff.unit(),
                Instant.EPOCH,
                tariff.energy(),
                tariff.levies(),
                tariff.charges(),
                tariff.deductions(),
                Continuity.STANDARD,
                tariff.rounding(),
                tariff.limits());
        java.util.Map<String, ChargeState> paid = new java.util.HashMap<>();
        tariff.charges()
                .forEach(charge -> paid.put(charge.code(), new ChargeState(month.atEndOfMonth(), BigDecimal.ZERO)));
        AccountPosition at = new AccountPosition(month, position, paid, BigDecimal.ZERO, null);
        return TariffPlan.of(bare).price(Circumstances.NONE, at, units, Instant.EPOCH, ZoneOffset.UTC);
    }
}
