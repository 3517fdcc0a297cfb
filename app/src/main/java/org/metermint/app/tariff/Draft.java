package org.metermint.app.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.metermint.tariff.Block;
import org.metermint.tariff.Charge;
import org.metermint.tariff.ChargeRule;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Levy;
import org.metermint.tariff.Limits;
import org.metermint.tariff.Rounding;
import org.metermint.tariff.Tariff;

/** A tariff in the making: what a published file says, before or after an example adds to it. */
final class Draft {
    /** Where a source does not speak of steps of 0.1, it counts exact units and shows two decimals, cut off. */
    private static final Rounding EXACT =
            new Rounding(RoundingMode.HALF_UP, Rounding.Balance.ENERGY, Rounding.Position.EXACT, 2, RoundingMode.DOWN);

    private static final Rounding BY_SUBTRACTION =
            new Rounding(RoundingMode.DOWN, Rounding.Balance.LAST_LEVY, Rounding.Position.ISSUED, 1, RoundingMode.UP);

    private final String id;
    private final int version;
    private final String name;
    private final String currency;
    private final String unit;
    private final Instant effectiveFrom;
    private Energy energy;
    private final Map<String, Levy> levies = new LinkedHashMap<>();
    private final Map<String, Charge> charges = new LinkedHashMap<>();
    private List<String> order = List.of();
    private Rounding rounding = EXACT;
    private Limits limits = Limits.STANDARD;

    Draft(String id, int version, String name, String currency, String unit, Instant effectiveFrom, Energy energy) {
        this.id = id;
        this.version = version;
        this.name = name;
        this.currency = currency;
        this.unit = unit;
        this.effectiveFrom = effectiveFrom;
        this.energy = energy;
    }

    Energy energy() {
        return energy;
    }

    void price(Energy other) {
        this.energy = other;
    }

    void price(BigDecimal flat) {
        this.energy = new Energy.Blocks(List.of(new Block(BigDecimal.ZERO, flat)));
    }

    Map<String, Levy> levies() {
        return levies;
    }

    void add(Levy levy) {
        levies.put(levy.code(), levy);
    }

    Map<String, Charge> charges() {
        return charges;
    }

    void add(Charge charge) {
        charges.put(charge.code(), charge);
    }

    void order(List<String> items) {
        this.order = List.copyOf(items);
    }

    void issuesTenths() {
        this.rounding = Rounding.STANDARD;
    }

    /** Net amounts are cut off, and the taxes in a price found by subtraction. */
    void subtractsTaxes() {
        this.rounding = BY_SUBTRACTION;
    }

    /** Examples show what the smallest payments are worth. */
    void sellsAnything() {
        this.limits = new Limits(1, Limits.MAX_TENDER, 0, Limits.TOKEN_MAX_TENTHS);
    }

    /** Puts taxes on top of prices that contain them. */
    void excludeTaxes() {
        levies.replaceAll((code, levy) -> levy.rule() == ChargeRule.PERCENT_INCLUDED
                ? new Levy(
                        code,
                        levy.label(),
                        levy.kind(),
                        ChargeRule.PERCENT_ADDED,
                        levy.rate(),
                        levy.base(),
                        levy.table())
                : levy);
    }

    Tariff tariff() {
        return new Tariff(
                id,
                version,
                name,
                currency,
                minorDigits(currency),
                unit,
                effectiveFrom,
                energy,
                sorted(),
                List.copyOf(charges.values()),
                Deductions.inOrder(order.toArray(String[]::new)),
                Continuity.STANDARD,
                rounding,
                limits);
    }

    /** The levies, each after those that it builds on; a circle is left for the tariff to refuse. */
    private List<Levy> sorted() {
        List<Levy> sorted = new ArrayList<>();
        List<Levy> left = new ArrayList<>(levies.values());
        while (!left.isEmpty()) {
            Levy next = left.stream()
                    .filter(levy -> left.stream().noneMatch(other -> levy.base().contains(other.code())))
                    .findFirst()
                    .orElse(left.getFirst());
            left.remove(next);
            sorted.add(next);
        }
        return sorted;
    }

    /** Decimals in which people pay: some currencies have a minor unit in name only. */
    static int minorDigits(String currency) {
        return switch (currency) {
            case "IDR", "UGX", "RWF", "TZS" -> 0;
            default -> 2;
        };
    }
}
