package org.metermint.vending.vendor.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.JournalEntry;
import org.metermint.vending.ledger.Ledger;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.Statement;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Statements of floats from the journal. The journal has no index by account: it is read by ranges of its key, which are
 * spans of time. The opening balance is today's less all that came since, so that history before the span is never read.
 */
final class Statements {
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final UtilityTransactions transactions;
    private final Ledger ledger;

    Statements(UtilityTransactions transactions, Ledger ledger) {
        this.transactions = transactions;
        this.ledger = ledger;
    }

    Statement read(
            UtilityId utility, String vendor, Instant from, Instant to, Optional<Statement.Place> place, int limit) {
        if (limit < 1 || from.isAfter(to)) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID, "from " + from + " is after to " + to + ", or the limit is below 1");
        }
        String code = "float/" + vendor;
        long account =
                Objects.requireNonNull(ledger.accounts(utility, List.of(code)).get(code));
        return transactions.in(utility, sql -> {
            long opening =
                    place.map(Statement.Place::balance).orElseGet(() -> opening(sql, utility, vendor, account, from));
            UUID after = place.map(Statement.Place::after).orElse(BEFORE_ALL);
            List<Movement> movements = movements(sql, utility, account, from, to, after, limit + 1);
            return statement(opening, movements, limit);
        });
    }

    private static long opening(JdbcClient sql, UtilityId utility, String vendor, long account, Instant from) {
        return sql.sql("""
                        SELECT v.balance + coalesce((
                            SELECT sum(p.amount)
                            FROM journal_entry e, unnest(e.accounts, e.amounts) AS p (account_id, amount)
                            WHERE e.utility_id = :utility AND e.id >= id_at(:from) AND p.account_id = :account), 0)
                        FROM vendor v WHERE v.utility_id = :utility AND v.code = :vendor
                        """)
                .param("utility", utility.value())
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("account", account)
                .param("vendor", vendor)
                .query(Long.class)
                .optional()
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such vendor"));
    }

    private record Movement(
            UUID entry,
            Instant bookedAt,
            JournalEntry.Kind kind,
            Optional<UUID> sale,
            Optional<String> reference,
            long change) {
        static Movement read(ResultSet row, int number) throws SQLException {
            return new Movement(
                    Objects.requireNonNull(row.getObject("id", UUID.class)),
                    row.getObject("booked_at", OffsetDateTime.class).toInstant(),
                    JournalEntry.Kind.valueOf(row.getString("kind")),
                    Optional.ofNullable(row.getObject("sale_id", UUID.class)),
                    Optional.ofNullable(row.getString("reference")),
                    row.getLong("change"));
        }
    }

    private static List<Movement> movements(
            JdbcClient sql, UtilityId utility, long account, Instant from, Instant to, UUID after, int limit) {
        return sql.sql("""
                        SELECT e.id, e.booked_at, e.kind, e.sale_id, e.reference,
                            -(SELECT sum(p.amount) FROM unnest(e.accounts, e.amounts) AS p (account_id, amount)
                              WHERE p.account_id = :account)::bigint AS change
                        FROM journal_entry e
                        WHERE e.utility_id = :utility AND e.id >= id_at(:from) AND e.id < id_at(:to) AND e.id > :after
                            AND e.accounts @> ARRAY[:account]::bigint[]
                        ORDER BY e.id LIMIT :limit
                        """)
                .param("account", account)
                .param("utility", utility.value())
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .param("after", after)
                .param("limit", limit)
                .query(Movement::read)
                .list();
    }

    private static Statement statement(long opening, List<Movement> movements, int limit) {
        List<Statement.Line> lines = new ArrayList<>();
        long balance = opening;
        for (Movement movement : movements.subList(0, Math.min(limit, movements.size()))) {
            balance = Math.addExact(balance, movement.change());
            lines.add(new Statement.Line(
                    movement.entry(),
                    movement.bookedAt(),
                    movement.kind(),
                    movement.sale(),
                    movement.reference(),
                    movement.change(),
                    balance));
        }
        Optional<Statement.Place> next = movements.size() > limit
                ? Optional.of(new Statement.Place(lines.getLast().entry(), balance))
                : Optional.empty();
        return new Statement(opening, balance, lines, next);
    }
}
