package org.metermint.tariff;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tax or levy of a tariff.
 *
 * @param code names the levy on receipts, in postings and as a base of later levies: A-Z, 0-9 and _, unique within
 *     the tariff, and neither {@value #ENERGY} nor {@value #PAYMENT}
 * @param label what people read, 1 to 80 characters
 * @param kind whether it is a tax of the state, a levy passed through, or a rebate: a levy that is given back
 * @param rule one of the percentages or {@link ChargeRule#PER_UNIT}
 * @param rate percent from 0 to 1000 with up to 6 decimals; or the amount per unit in major units, from 0 to
 *     1,000,000 with up to 10 decimals
 * @param base the codes whose sum the percentage applies to: {@value #ENERGY}, charges, and levies that stand before
 *     this one; empty for levies of the payment and {@link ChargeRule#PER_UNIT}, which need none
 * @param table the rate table whose figure is the rate, if there is one; the rate is then that figure once it is known,
 *     and zero before
 */
public record Levy(
        String code,
        String label,
        Kind kind,
        ChargeRule rule,
        BigDecimal rate,
        List<String> base,
        @Nullable String table) {
    /** The base code of the energy line, net of every levy. */
    public static final String ENERGY = "ENERGY";

    /** Reserved: the payment is the base of {@link ChargeRule#PERCENT_OF_PAYMENT} alone. */
    public static final String PAYMENT = "PAYMENT";

    /** Codes of lines that are no levies. */
    static final Set<String> RESERVED =
            Set.of(ENERGY, PAYMENT, Deductions.FEE, Deductions.CHARGES, Deductions.DEBTS, Line.LIFELINE_LOSS);

    private static final BigDecimal MAX_PERCENT = BigDecimal.valueOf(1_000);
    private static final BigDecimal MAX_PER_UNIT = BigDecimal.valueOf(1_000_000);

    /** What a levy counts as in the totals of an assessment. */
    public enum Kind {
        TAX,
        LEVY,
        REBATE
    }

    public Levy {
        Checks.code("levy code", code);
        if (RESERVED.contains(code)) {
            throw new IllegalArgumentException("levy code " + code + " is reserved; choose another");
        }
        if (table != null) {
            Checks.code("rate table of levy " + code, table);
        }
        Checks.text("label of levy " + code, label, 80);
        Objects.requireNonNull(kind, "kind of levy");
        Objects.requireNonNull(rule, "rule of levy");
        base = List.copyOf(base);
        switch (rule) {
            case PER_UNIT -> Checks.decimal("rate per unit of levy " + code, rate, MAX_PER_UNIT, 10);
            case PERCENT_INCLUDED, PERCENT_ADDED, PERCENT_OF_PAYMENT, PERCENT_WITHIN_PAYMENT ->
                Checks.decimal("percent of levy " + code, rate, MAX_PERCENT, 6);
            default ->
                throw new IllegalArgumentException("rule " + rule + " of levy " + code + " is for energy alone, or for"
                        + " charges; a levy is a percentage or per unit");
        }
        if (kind == Kind.REBATE && rule != ChargeRule.PERCENT_ADDED && rule != ChargeRule.PER_UNIT) {
            throw new IllegalArgumentException(
                    "rule " + rule + " of rebate " + code + " gives nothing back; use PERCENT_ADDED or PER_UNIT");
        }
        if (rule.isPercentOfBases() == base.isEmpty()) {
            throw new IllegalArgumentException("base " + base + " of levy " + code
                    + (base.isEmpty() ? " names nothing; " : " must be empty; ") + rule
                    + (base.isEmpty() ? " needs at least one" : " has a base of its own"));
        }
    }

    /** A levy with a rate of its own. */
    public Levy(String code, String label, Kind kind, ChargeRule rule, BigDecimal rate, List<String> base) {
        this(code, label, kind, rule, rate, base, null);
    }

    /** What its amount is of its base: negative for a rebate. */
    Ratio share() {
        Ratio share = switch (rule) {
            case PER_UNIT -> Ratio.of(rate);
            case PERCENT_WITHIN_PAYMENT -> Ratio.ofPercent(rate).over(Ratio.ONE.plus(Ratio.ofPercent(rate)));
            default -> Ratio.ofPercent(rate);
        };
        return kind == Kind.REBATE ? share.negated() : share;
    }

    /** A tax of {@code percent} that the published prices contain. */
    public static Levy includedTax(String code, String label, String percent) {
        return new Levy(code, label, Kind.TAX, ChargeRule.PERCENT_INCLUDED, new BigDecimal(percent), List.of(ENERGY));
    }

    /** A tax of {@code percent} on top of the bases. */
    public static Levy addedTax(String code, String label, String percent, String... base) {
        return new Levy(code, label, Kind.TAX, ChargeRule.PERCENT_ADDED, new BigDecimal(percent), List.of(base));
    }
}
