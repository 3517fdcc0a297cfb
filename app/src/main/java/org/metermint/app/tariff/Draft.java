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
    private Deductions.WhenNothingLeft whenNothingLeft = Deductions.WhenNothingLeft.REFUSE;
    private int minorDigits;

    Draft(String id, int version, String name, String currency, String unit, Instant effectiveFrom, Energy energy) {
        this.id = id;
        this.version = version;
        this.name = name;
        this.currency = currency;
        this.unit = unit;
        this.effectiveFrom = effectiveFrom;
        this.energy = energy;
        this.minorDigits = minorDigits(currency);
    }

    Instant effectiveFrom() {
        return effectiveFrom;
    }

    int minorDigits() {
        return minorDigits;
    }

    /** Some print more decimals than people pay in. */
    void refine(int decimals) {
        minorDigits = Math.max(minorDigits, Math.min(decimals, 4));
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

    /** Prices of blocks and charges in a currency of which one of the tariff's costs so much. */
    void exchange(BigDecimal rate) {
        if (!(energy instanceof Energy.Blocks blocks)) {
            throw new IllegalArgumentException("given.exchangeRate is understood of tariffs with blocks alone");
        }
        this.energy = new Energy.Blocks(blocks.blocks().stream()
                .map(block -> new Block(block.above(), block.price().multiply(rate), block.table()))
                .toList());
        charges.replaceAll((code, charge) -> new Charge(
                code,
                charge.label(),
                charge.period(),
                charge.per(),
                charge.amount().multiply(rate),
                charge.threePhaseAmount() == null
                        ? null
                        : charge.threePhaseAmount().multiply(rate),
                charge.lifelineAmount(),
                charge.aboveTender(),
                charge.maxPeriods()));
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

    /** How units are shown. */
    void shows(int decimals, RoundingMode mode) {
        this.rounding = new Rounding(rounding.amounts(), rounding.balance(), rounding.position(), decimals, mode);
    }

    Rounding rounding() {
        return rounding;
    }

    void rounding(Rounding other) {
        this.rounding = other;
    }

    /** Net amounts are cut off, and the taxes in a price found by subtraction. */
    void subtractsTaxes() {
        this.rounding = BY_SUBTRACTION;
    }

    /** Examples show what the smallest payments are worth, also such as buy nothing. */
    void sellsAnything() {
        this.whenNothingLeft = Deductions.WhenNothingLeft.RECEIPT_WITHOUT_TOKEN;
        this.limits = new Limits(1, Limits.MAX_TENDER, 0, Limits.TOKEN_MAX_TENTHS);
    }

    /** Puts taxes on top of prices that contain them. */
    void excludeTaxes() {
        levies.replaceAll((code, levy) ->
                levy.rule() == ChargeRule.PERCENT_INCLUDED ? with(levy, ChargeRule.PERCENT_ADDED, levy.base()) : levy);
    }

    /** Takes all percentages by another rule; of the payment they need no base, otherwise energy is theirs. */
    void rules(ChargeRule rule) {
        levies.replaceAll((code, levy) -> {
            if (levy.rule() == ChargeRule.PER_UNIT || levy.kind() == Levy.Kind.REBATE) {
                return levy;
            }
            List<String> base = levy.base().isEmpty() ? List.of(Levy.ENERGY) : levy.base();
            return with(levy, rule, rule == ChargeRule.PERCENT_OF_PAYMENT ? List.of() : base);
        });
        if (rule != ChargeRule.PERCENT_OF_PAYMENT) {
            order = order.stream().filter(item -> !levies.containsKey(item)).toList();
        }
    }

    void withoutTaxes() {
        List.copyOf(levies.values()).stream()
                .filter(levy -> levy.kind() == Levy.Kind.TAX)
                .forEach(levy -> remove(levy.code()));
    }

    /** Removes a levy, also as a base of others, and those that have no other base. */
    void remove(String code) {
        levies.remove(code);
        for (Levy levy : List.copyOf(levies.values())) {
            List<String> base =
                    levy.base().stream().filter(each -> !each.equals(code)).toList();
            if (base.isEmpty() && !levy.base().isEmpty()) {
                remove(levy.code());
            } else {
                levies.replace(levy.code(), with(levy, levy.rule(), base));
            }
        }
        order = order.stream().filter(item -> !item.equals(code)).toList();
    }

    private static Levy with(Levy levy, ChargeRule rule, List<String> base) {
        return new Levy(levy.code(), levy.label(), levy.kind(), rule, levy.rate(), base, levy.table());
    }

    Tariff tariff() {
        return new Tariff(
                id,
                version,
                name,
                currency,
                minorDigits,
                unit,
                effectiveFrom,
                energy,
                sorted(),
                charges.values().stream().map(this::inMinorUnits).toList(),
                new Deductions(
                        order,
                        Deductions.STANDARD.chargesPercent(),
                        Deductions.STANDARD.debtsPercent(),
                        Deductions.STANDARD.leastTenths(),
                        whenNothingLeft),
                Continuity.STANDARD,
                rounding,
                limits);
    }

    /** A charge whose threshold stood in minor units of the currency as people pay in it. */
    private Charge inMinorUnits(Charge charge) {
        BigDecimal above = BigDecimal.valueOf(charge.aboveTender());
        return charge.aboveTender() == 0
                ? charge
                : new Charge(
                        charge.code(),
                        charge.label(),
                        charge.period(),
                        charge.per(),
                        charge.amount(),
                        charge.threePhaseAmount(),
                        charge.lifelineAmount(),
                        above.movePointRight(minorDigits - minorDigits(currency))
                                .longValueExact(),
                        charge.maxPeriods());
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
