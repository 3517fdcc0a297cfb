package org.metermint.vending.ledger.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.ledger.ClosedDay;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Closed days and their balances, as they lie in the database. */
final class Closes {
    private Closes() {}

    static Optional<ClosedDay> last(JdbcClient sql, UtilityId utility) {
        return latest(sql, utility, Optional.empty(), 1).stream().findFirst();
    }

    /** The latest first. */
    static List<ClosedDay> latest(JdbcClient sql, UtilityId utility, Optional<LocalDate> before, int limit) {
        return sql.sql("""
                        SELECT * FROM ledger_close WHERE utility_id = ? AND day < ? ORDER BY day DESC LIMIT ?
                        """)
                .params(utility.value(), before.orElse(LocalDate.of(9999, 1, 1)), limit)
                .query(Closes::read)
                .list();
    }

    /** All of them, the first first. */
    static List<ClosedDay> all(JdbcClient sql, UtilityId utility) {
        return sql.sql("SELECT * FROM ledger_close WHERE utility_id = ? ORDER BY day")
                .param(utility.value())
                .query(Closes::read)
                .list();
    }

    /** What stood on each account at the end of a closed day. */
    static Map<Long, Long> balances(JdbcClient sql, UtilityId utility, LocalDate day) {
        Map<Long, Long> balances = new HashMap<>();
        sql.sql("SELECT account_id, balance FROM ledger_balance WHERE utility_id = ? AND day = ?")
                .params(utility.value(), day)
                .query(row -> {
                    balances.put(row.getLong(1), row.getLong(2));
                });
        return balances;
    }

    /** The codes of all accounts, by their numbers. */
    static Map<Long, String> codes(JdbcClient sql, UtilityId utility) {
        Map<Long, String> codes = new HashMap<>();
        sql.sql("SELECT id, code FROM ledger_account WHERE utility_id = ?")
                .param(utility.value())
                .query(row -> {
                    codes.put(row.getLong(1), row.getString(2));
                });
        return codes;
    }

    private static ClosedDay read(ResultSet row, int number) throws SQLException {
        return new ClosedDay(
                Objects.requireNonNull(row.getObject("day", LocalDate.class)),
                Objects.requireNonNull(row.getObject("boundary", UUID.class)),
                row.getLong("entries"),
                row.getLong("postings"),
                HexFormat.of().formatHex(row.getBytes("digest")),
                HexFormat.of().formatHex(row.getBytes("previous_digest")),
                Objects.requireNonNull(row.getObject("closed_at", OffsetDateTime.class))
                        .toInstant());
    }
}
