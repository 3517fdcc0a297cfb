package org.metermint.tariff;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An amount that is due beside energy, whatever is bought.
 *
 * @param code names the charge on receipts, in postings and as a base of levies: A-Z, 0-9 and _, unique within the tariff
 * @param label what people read, 1 to 80 characters
 * @param period what it is due for; unpaid periods add up
 * @param per what the amount is multiplied by, or chosen by
 * @param amount published amount of a period in major units, 0 to 1,000,000,000,000 with up to 10 decimals; it contains
 *     levies of rule {@link ChargeRule#PERCENT_INCLUDED} that name it, and no other
 * @param threePhaseAmount the amount for a supply of three phases, if {@code per} is {@link Per#PHASES}
 * @param lifelineAmount the amount while the month's units are within the lifeline, on a tariff that has one; the
 *     difference is due at the crossing
 * @param aboveTender it is due only if the payment is more than this, in minor units; 0 for always
 * @param maxPeriods how many periods are collected at once at most, 0 for all; the rest stays due
 */
public record Charge(
        String code,
        String label,
        Period period,
        Per per,
        BigDecimal amount,
        @Nullable BigDecimal threePhaseAmount,
        @Nullable BigDecimal lifelineAmount,
        long aboveTender,
        int maxPeriods) {
    private static final BigDecimal MAX_AMOUNT = BigDecimal.TEN.pow(12);
    private static final int DECIMALS = 10;

    /** What a charge is due for. */
    public enum Period {
        /** Every calendar month of the utility's zone, from its first day on. */
        MONTH,
        /** Every day since the one on which it was collected last. */
        DAY,
        /** Every purchase. */
        PURCHASE
    }

    /** What the amount of a charge goes by. */
    public enum Per {
        /** The account. */
        ACCOUNT,
        /** Each kilowatt of the sanctioned load. */
        KILOWATT,
        /** The meter, by its phases. */
        PHASES
    }

    public Charge {
        Checks.code("charge code", code);
        Checks.text("label of charge " + code, label, 80);
        Objects.requireNonNull(period, "period of charge");
        Objects.requireNonNull(per, "per of charge");
        Checks.decimal("amount of charge " + code, amount, MAX_AMOUNT, DECIMALS);
        if ((threePhaseAmount != null) != (per == Per.PHASES)) {
            throw new IllegalArgumentException("threePhaseAmount of charge " + code + " is "
                    + (threePhaseAmount == null ? "missing" : "given") + "; it goes with per PHASES, and only with it");
        }
        if (threePhaseAmount != null) {
            Checks.decimal("threePhaseAmount of charge " + code, threePhaseAmount, MAX_AMOUNT, DECIMALS);
        }
        if (lifelineAmount != null) {
            Checks.decimal("lifelineAmount of charge " + code, lifelineAmount, amount, DECIMALS);
            if (period != Period.MONTH || per != Per.ACCOUNT) {
                throw new IllegalArgumentException(
                        "lifelineAmount of charge " + code + " needs period MONTH and per ACCOUNT");
            }
        }
        Checks.inRange("aboveTender of charge " + code, aboveTender, 0, Limits.MAX_TENDER);
        if (aboveTender > 0 && period != Period.PURCHASE) {
            throw new IllegalArgumentException("aboveTender of charge " + code + " needs period PURCHASE");
        }
        Checks.inRange("maxPeriods of charge " + code, maxPeriods, 0, 10_000);
    }

    /** A charge of the account for each period. */
    public static Charge of(String code, String label, Period period, String amount) {
        return new Charge(code, label, period, Per.ACCOUNT, new BigDecimal(amount), null, null, 0, 0);
    }

    /** What one period costs this account. */
    BigDecimal amount(AccountFacts facts) {
        return switch (per) {
            case ACCOUNT -> amount;
            case KILOWATT -> amount.multiply(facts.kilowatts());
            case PHASES -> facts.phases() == 1 || threePhaseAmount == null ? amount : threePhaseAmount;
        };
    }

    /** What the lifeline saves on a month's charge. */
    BigDecimal lifelineSaving() {
        return lifelineAmount == null ? BigDecimal.ZERO : amount.subtract(lifelineAmount);
    }

    /** The last day for which the charge counts on a day. */
    LocalDate through(LocalDate today) {
        return period == Period.MONTH ? YearMonth.from(today).atEndOfMonth() : today;
    }

    /** Periods that fell due after a day, up to today; without such a day those that fall due today. */
    long periods(@Nullable ChargeState state, @Nullable LocalDate since, LocalDate today) {
        return switch (period) {
            case PURCHASE -> 1;
            case DAY -> {
                LocalDate from = state != null ? state.through() : since != null ? since : today;
                yield Math.max(0, ChronoUnit.DAYS.between(from, today));
            }
            case MONTH -> {
                YearMonth month = YearMonth.from(today);
                YearMonth from = state != null
                        ? YearMonth.from(state.through())
                        : (since != null ? YearMonth.from(since) : month).minusMonths(1);
                yield Math.max(0, ChronoUnit.MONTHS.between(from, month));
            }
        };
    }
}
