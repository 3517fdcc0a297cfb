package org.metermint.vending.tariff;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.metermint.tariff.AccountFacts;

/** What the register knows of an account for its tariff, as rows keep it. */
public final class KeptFacts {
    /** The columns, in the order of {@link #values}. */
    public static final String COLUMNS = "usage_class, average_units, kilowatts, phases, opened_on";

    private KeptFacts() {}

    /** The values of the columns. */
    public static List<Object> values(AccountFacts facts) {
        return Arrays.asList(
                facts.usageClass(), facts.averageUnits(), facts.kilowatts(), facts.phases(), facts.since());
    }

    /** The facts of an account's row. */
    public static AccountFacts read(ResultSet account) throws SQLException {
        return new AccountFacts(
                account.getString("usage_class"),
                account.getBigDecimal("average_units"),
                account.getBigDecimal("kilowatts"),
                account.getInt("phases"),
                account.getObject("opened_on", LocalDate.class));
    }
}
