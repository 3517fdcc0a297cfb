package org.metermint.vending.entitlement;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Objects;
import java.util.Optional;

/**
 * Units that an account is given for nothing in each month, once: those of a month that nobody asked for lapse with it.
 *
 * @param list reference of the approved list that says so
 * @param tenths of the units of a month, 0 to {@value #MOST_TENTHS}; 0 ends what an earlier list gave
 * @param first month
 * @param last month, if there is one
 * @param automatic whether the first sale of a month brings the units along; without, somebody must ask for them
 * @param mostAverage accounts that use more in a month on average get none, if there is such a bound
 */
public record Entitlement(
        String list,
        long tenths,
        YearMonth first,
        Optional<YearMonth> last,
        boolean automatic,
        Optional<BigDecimal> mostAverage) {
    /** The most of a month: what a token carries in steps of a tenth. */
    public static final long MOST_TENTHS = 16_383;

    public Entitlement {
        if (tenths < 0 || tenths > MOST_TENTHS) {
            throw new IllegalArgumentException("free units of " + tenths + " tenths are outside 0.." + MOST_TENTHS);
        }
        last.filter(month -> month.isBefore(first)).ifPresent(month -> {
            throw new IllegalArgumentException("the last month " + month + " lies before the first, " + first);
        });
    }

    /** Of a row of {@code entitlement} with {@code automatic} and {@code most_average} of its list. */
    public static Entitlement read(ResultSet row) throws SQLException {
        LocalDate last = row.getObject("last_month", LocalDate.class);
        return new Entitlement(
                row.getString("list"),
                row.getLong("tenths"),
                YearMonth.from(Objects.requireNonNull(row.getObject("first_month", LocalDate.class))),
                Optional.ofNullable(last).map(YearMonth::from),
                row.getBoolean("automatic"),
                Optional.ofNullable(row.getBigDecimal("most_average")));
    }

    /**
     * Why it gives nothing, if it does not.
     *
     * @param average what the account uses in a month on average
     */
    public Optional<String> reasonAgainst(YearMonth month, BigDecimal average) {
        if (month.isBefore(first)) {
            return Optional.of("the account has free units from " + first + " on");
        }
        if (last.filter(month::isAfter).isPresent()) {
            return Optional.of("the account had free units until " + last.orElseThrow());
        }
        return mostAverage
                .filter(most -> average.compareTo(most) > 0)
                .map(most -> "the account uses " + average.toPlainString() + " a month on average, more than the "
                        + most.stripTrailingZeros().toPlainString() + " up to which units are free");
    }
}
