package org.metermint.vending.debt;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.metermint.tariff.Debt.Method;

/**
 * How purchases recover a debt.
 *
 * @param type what it is for, such as ARREARS, FINE or ADVANCE; its ledger account is {@code debt/TYPE}: 1 to 32 of A-Z,
 *     0-9 and _
 * @param label what receipts say, 1 to 80 characters
 * @param priority lower ones are recovered first, 0 to 1,000; of equals the older
 * @param since when it arose
 * @param method how much a purchase recovers
 * @param value percent from 0 to 100, or minor units, as the method has it; 0 for a method that needs none
 * @param dueOn from when on purchases recover it
 * @param blocksAfterDays so many days after {@code dueOn}, 0 to 3,650, it lets nothing be sold to the account until it is
 *     paid; if empty, it never does
 */
public record DebtTerms(
        String type,
        String label,
        int priority,
        LocalDate since,
        Method method,
        BigDecimal value,
        LocalDate dueOn,
        Optional<Integer> blocksAfterDays) {
    private static final Pattern TYPE = Pattern.compile("[A-Z0-9_]{1,32}");
    private static final int LAST_PRIORITY = 1_000;
    private static final int PERCENT_DECIMALS = 6;
    private static final int MOST_DAYS = 3_650;
    private static final int MOST_INSTALMENTS = 600;

    /** Terms of a debt that blocks nothing. */
    public DebtTerms(
            String type,
            String label,
            int priority,
            LocalDate since,
            Method method,
            BigDecimal value,
            LocalDate dueOn) {
        this(type, label, priority, since, method, value, dueOn, Optional.empty());
    }

    public DebtTerms {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("debt type '" + type + "' is not 1..32 of A-Z, 0-9 and _");
        }
        if (label.isBlank() || label.length() > 80 || label.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "debt label of " + label.length() + " characters is not 1..80 printable ones");
        }
        if (priority < 0 || priority > LAST_PRIORITY) {
            throw new IllegalArgumentException("debt priority " + priority + " is outside 0.." + LAST_PRIORITY);
        }
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(dueOn, "dueOn");
        value = checked(method, value).stripTrailingZeros();
        blocksAfterDays.filter(days -> days < 0 || days > MOST_DAYS).ifPresent(days -> {
            throw new IllegalArgumentException("blocks after " + days + " days is outside 0.." + MOST_DAYS);
        });
    }

    /**
     * What each month takes of a debt that is paid in equal monthly instalments: rounded up, so that the last one is the
     * rest.
     *
     * @param amount minor units
     * @param instalments 1 to 600
     */
    public static BigDecimal instalment(long amount, int instalments) {
        if (instalments < 1 || instalments > MOST_INSTALMENTS) {
            throw new IllegalArgumentException("instalments " + instalments + " are outside 1.." + MOST_INSTALMENTS);
        }
        return BigDecimal.valueOf(amount).divide(BigDecimal.valueOf(instalments), 0, RoundingMode.CEILING);
    }

    private static BigDecimal checked(Method method, BigDecimal value) {
        boolean fits = switch (method) {
            case ALL_AT_ONCE -> value.signum() == 0;
            case PERCENT_OF_PURCHASE,
                    PERCENT_OF_BALANCE_PER_PURCHASE,
                    PERCENT_OF_BALANCE_PER_MONTH,
                    PERCENT_OF_ORIGINAL ->
                value.signum() > 0
                        && value.compareTo(BigDecimal.valueOf(100)) <= 0
                        && value.stripTrailingZeros().scale() <= PERCENT_DECIMALS;
            case FIXED_PER_PURCHASE, FIXED_PER_MONTH ->
                value.signum() > 0
                        && value.compareTo(BigDecimal.valueOf(Debt.MOST)) <= 0
                        && value.stripTrailingZeros().scale() <= 0;
        };
        if (!fits) {
            throw new IllegalArgumentException("debt value " + value + " does not fit method " + method
                    + ": it is 0 for ALL_AT_ONCE, above 0 and up to 100 with " + PERCENT_DECIMALS
                    + " decimals for a percentage, whole minor units above 0 for an amount");
        }
        return value;
    }
}
