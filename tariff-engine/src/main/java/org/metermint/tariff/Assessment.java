package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/**
 * What a purchase buys. It holds everything that pricing looked at, so that pricing the same again gives an equal
 * assessment.
 *
 * @param tariff the tariff version
 * @param before the position before the purchase, in the month of the purchase
 * @param purchase what was asked for
 * @param at when it was asked for
 * @param zone the utility's zone, whose calendar months count
 * @param tender the payment in minor units: the one tendered, or the price of the units asked for
 * @param exactUnits units the payment is worth, at 6 decimals
 * @param issuedTenths units to issue, in tenths: the exact ones rounded up to the token's step
 * @param displayUnits the exact units rounded for show as the tariff says
 * @param steps the units by block, in the order they were bought
 * @param lines energy first, then every levy in the tariff's order, then what was taken of charges, the channel's fee
 *     and debts; they sum to the tender
 * @param after the position after the purchase
 * @param circumstances what else was known; of rate tables the versions that were used
 * @param debts what was recovered of each debt that the payment reached
 */
public record Assessment(
        Tariff tariff,
        AccountPosition before,
        Purchase purchase,
        Instant at,
        ZoneId zone,
        long tender,
        BigDecimal exactUnits,
        long issuedTenths,
        BigDecimal displayUnits,
        List<Step> steps,
        List<Line> lines,
        AccountPosition after,
        Circumstances circumstances,
        List<DebtPaid> debts)
        implements PricingResult {
    public Assessment {
        steps = List.copyOf(steps);
        lines = List.copyOf(lines);
        debts = List.copyOf(debts);
        long sum = lines.stream().mapToLong(Line::amount).sum();
        if (sum != tender) {
            throw new IllegalArgumentException("lines sum to " + sum + " minor units, the tender is " + tender);
        }
    }

    /** An assessment of a purchase of which nothing else is known. */
    public Assessment(
            Tariff tariff,
            AccountPosition before,
            Purchase purchase,
            Instant at,
            ZoneId zone,
            long tender,
            BigDecimal exactUnits,
            long issuedTenths,
            BigDecimal displayUnits,
            List<Step> steps,
            List<Line> lines,
            AccountPosition after) {
        this(
                tariff,
                before,
                purchase,
                at,
                zone,
                tender,
                exactUnits,
                issuedTenths,
                displayUnits,
                steps,
                lines,
                after,
                Circumstances.NONE,
                List.of());
    }

    /** The same priced again: an equal assessment, as long as pricing is what it was. */
    public PricingResult again() {
        return Pricing.assess(tariff, circumstances, before, purchase, at, zone);
    }

    /** Whether there is energy, or credit in currency, to issue: not if deductions used the payment up. */
    public boolean hasToken() {
        return issuedTenths > 0 || (tariff.energy() instanceof TimeOfUse && energy() > 0);
    }

    /**
     * Where the account stands if this purchase never was, and later ones stay. Units and what was paid of a lifeline's loss
     * leave the month if it still counts; what was collected of charges is due again, but for a charge of this purchase.
     *
     * @param now where it stands, after this purchase or a later one
     */
    public AccountPosition undo(AccountPosition now) {
        if (now.equals(after)) {
            return before;
        }
        boolean sameMonth = now.month().equals(after.month());
        BigDecimal units = sameMonth ? after.units().subtract(before.units()) : BigDecimal.ZERO;
        BigDecimal loss = sameMonth ? after.lifelineLossPaid().subtract(before.lifelineLossPaid()) : BigDecimal.ZERO;
        return new AccountPosition(
                now.month(),
                now.units().subtract(units).max(BigDecimal.ZERO),
                Dues.of(tariff, circumstances, before, LocalDate.ofInstant(at, zone))
                        .dueAgain(after.charges(), now.charges()),
                now.lifelineLossPaid().subtract(loss).max(BigDecimal.ZERO),
                now.lastPurchase());
    }

    /** The energy in minor units, net of taxes and levies. */
    public long energy() {
        return total(Line.Kind.ENERGY);
    }

    /** The taxes in minor units. */
    public long taxes() {
        return total(Line.Kind.TAX);
    }

    /** The levies that are no taxes, in minor units. */
    public long levies() {
        return total(Line.Kind.LEVY);
    }

    /** How every figure came about, line by line, for people. */
    public List<String> explain() {
        return new Explanation(this).lines();
    }

    /** The lines of a kind in minor units. */
    long total(Line.Kind kind) {
        return lines.stream()
                .filter(line -> line.kind() == kind)
                .mapToLong(Line::amount)
                .sum();
    }
}
