package org.metermint.tariff;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What an account owes beside energy and charges, and how it is recovered from purchases.
 *
 * @param reference names it within the account, 1 to 40 characters
 * @param label what receipts say, 1 to 80 characters
 * @param original the amount once owed, in minor units
 * @param balance what is still owed, in minor units, at least 0
 * @param priority lower ones are recovered first; of equals the older
 * @param since when it arose
 * @param method how much a purchase recovers
 * @param value percent or minor units, as the method has it
 * @param dueOn from when on it is recovered
 * @param takenThisMonth what purchases of this month recovered already, in minor units
 */
public record Debt(
        String reference,
        String label,
        long original,
        long balance,
        int priority,
        LocalDate since,
        Method method,
        BigDecimal value,
        LocalDate dueOn,
        long takenThisMonth) {
    /** By priority, then age, then reference. */
    static final Comparator<Debt> ORDER =
            Comparator.comparingInt(Debt::priority).thenComparing(Debt::since).thenComparing(Debt::reference);

    /** How much of a debt a purchase recovers, never more than the balance. */
    public enum Method {
        /** Everything, as far as the payment reaches. */
        ALL_AT_ONCE,
        /** Percent of the payment. */
        PERCENT_OF_PURCHASE,
        /** Percent of the balance, each purchase. */
        PERCENT_OF_BALANCE_PER_PURCHASE,
        /** Percent of what was owed when the month began, each month. */
        PERCENT_OF_BALANCE_PER_MONTH,
        /** Percent of the original amount, each purchase. */
        PERCENT_OF_ORIGINAL,
        /** An amount each purchase. */
        FIXED_PER_PURCHASE,
        /** An amount each month. */
        FIXED_PER_MONTH;

        /** Whether each purchase pays as much as if there had been none before. */
        boolean isPerPurchase() {
            return this == FIXED_PER_PURCHASE || this == PERCENT_OF_ORIGINAL || this == PERCENT_OF_BALANCE_PER_PURCHASE;
        }
    }

    public Debt {
        Checks.text("debt reference", reference, 40);
        Checks.text("label of debt " + reference, label, 80);
        Checks.inRange("original of debt " + reference, original, 0, Limits.MAX_TENDER);
        Checks.inRange("balance of debt " + reference, balance, 0, Limits.MAX_TENDER);
        Objects.requireNonNull(since, "since of debt");
        Objects.requireNonNull(method, "method of debt");
        Objects.requireNonNull(dueOn, "dueOn of debt");
        Checks.decimal("value of debt " + reference, value, BigDecimal.valueOf(Limits.MAX_TENDER), 6);
        Checks.inRange("takenThisMonth of debt " + reference, takenThisMonth, 0, Limits.MAX_TENDER);
    }

    /** A debt of which each purchase recovers all it can. */
    public static Debt allAtOnce(String reference, long balance, LocalDate since) {
        return new Debt(
                reference, reference, balance, balance, 1, since, Method.ALL_AT_ONCE, BigDecimal.ZERO, since, 0);
    }

    /** The same debt once a purchase recovered of it what is told. */
    Debt after(List<DebtPaid> paid) {
        for (DebtPaid each : paid) {
            if (each.reference().equals(reference)) {
                return new Debt(
                        reference,
                        label,
                        original,
                        each.balanceAfter(),
                        priority,
                        since,
                        method,
                        value,
                        dueOn,
                        takenThisMonth + each.amount());
            }
        }
        return this;
    }

    /** What a payment on a day shall recover, in minor units, percentages half up. */
    long wanted(long tender, LocalDate today) {
        if (today.isBefore(dueOn)) {
            return 0;
        }
        long wanted = switch (method) {
            case ALL_AT_ONCE -> balance;
            case PERCENT_OF_PURCHASE -> percent(tender);
            case PERCENT_OF_BALANCE_PER_PURCHASE -> percent(balance);
            case PERCENT_OF_BALANCE_PER_MONTH -> percent(balance + takenThisMonth) - takenThisMonth;
            case PERCENT_OF_ORIGINAL -> percent(original);
            case FIXED_PER_PURCHASE -> value.longValue();
            case FIXED_PER_MONTH -> value.longValue() - takenThisMonth;
        };
        return Math.clamp(wanted, 0, balance);
    }

    private long percent(long amount) {
        return BigDecimal.valueOf(amount)
                .multiply(value)
                .movePointLeft(2)
                .setScale(0, RoundingMode.HALF_UP)
                .min(BigDecimal.valueOf(Limits.MAX_TENDER))
                .longValueExact();
    }
}
