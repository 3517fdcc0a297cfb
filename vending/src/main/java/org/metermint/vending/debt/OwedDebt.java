package org.metermint.vending.debt;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.Debt.Method;

/**
 * A debt that purchases recover, as its row keeps it.
 *
 * @param takenMonth the month that {@code taken} counts, if there is one
 * @param taken what purchases of that month recovered, in minor units
 */
public record OwedDebt(Debt debt, DebtTerms terms, @Nullable YearMonth takenMonth, long taken) {
    /** Any debt of a row. */
    public static Debt debt(ResultSet row) throws SQLException {
        String method = row.getString("method");
        return new Debt(
                row.getString("reference"),
                row.getLong("original"),
                row.getLong("balance"),
                method == null ? Optional.empty() : Optional.of(terms(row, Method.valueOf(method))));
    }

    private static DebtTerms terms(ResultSet row, Method method) throws SQLException {
        return new DebtTerms(
                row.getString("type"),
                row.getString("label"),
                row.getInt("priority"),
                day(row, "since"),
                method,
                row.getBigDecimal("value"),
                day(row, "due_on"),
                Optional.ofNullable(row.getObject("blocks_after", Integer.class)));
    }

    private static LocalDate day(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, LocalDate.class), column);
    }

    /** The debt of a row that has terms. */
    public static OwedDebt read(ResultSet row) throws SQLException {
        Debt debt = debt(row);
        LocalDate month = row.getObject("taken_month", LocalDate.class);
        return new OwedDebt(
                debt, debt.terms().orElseThrow(), month == null ? null : YearMonth.from(month), row.getLong("taken"));
    }

    /** The debt as pricing sees it in a month. */
    public org.metermint.tariff.Debt in(YearMonth month) {
        return new org.metermint.tariff.Debt(
                debt.reference(),
                terms.label(),
                debt.original(),
                debt.balance(),
                terms.priority(),
                terms.since(),
                terms.method(),
                terms.value(),
                terms.dueOn(),
                month.equals(takenMonth) ? taken : 0);
    }

    /** Whether it lets nothing be sold on a day. */
    public boolean blocks(LocalDate today) {
        return debt.balance() > 0
                && terms.blocksAfterDays()
                        .filter(days -> !today.isBefore(terms.dueOn().plusDays(days)))
                        .isPresent();
    }

    /** Its account in the books. */
    public String ledgerAccount() {
        return "debt/" + terms.type();
    }
}
