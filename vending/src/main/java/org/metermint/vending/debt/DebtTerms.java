package org.metermint.vending.debt;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;
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
 */
public record DebtTerms(
        String type, String label, int priority, LocalDate since, Method method, BigDecimal value, LocalDate dueOn) {
    private static final Pattern TYPE = Pattern.compile("[A-Z0-9_]{1,32}");
    private static final int LAST_PRIORITY = 1_000;
    private static final int PERCENT_DECIMALS = 6;

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
