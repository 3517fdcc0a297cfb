package org.metermint.vending.ledger.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.BooksLock;
import org.metermint.vending.database.TimeOrderedIds;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.database.UtilityTransactions;
import org.metermint.vending.ledger.ClosedDay;
import org.metermint.vending.ledger.DailyClose;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Closes a day in three steps, none of which keeps the desk waiting for longer than a batch:
 *
 * <ol>
 *   <li>With the lock against all that book, the bound of the books rises to the end of the day. Whoever books
 *       afterwards takes an id from above it, so that the entries below are final.
 *   <li>They are read, summed on top of the day before, and digested: a day of a million sales takes seconds.
 *   <li>Close and balances are written in one transaction.
 * </ol>
 *
 * A crash in between leaves a day whose entries are final and that is not closed yet: the next call closes it. Two calls
 * at once compute the same, and one of them writes it.
 */
public final class JdbcDailyClose implements DailyClose {
    private final UtilityTransactions transactions;
    private final Clock clock;

    public JdbcDailyClose(UtilityTransactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public List<ClosedDay> close(UtilityId utility, Instant until) {
        List<ClosedDay> closed = new ArrayList<>();
        for (Optional<Due> due = next(utility); due.isPresent(); due = next(utility)) {
            if (due.get().end().isAfter(until)) {
                break;
            }
            UUID boundary = freeze(utility, due.get());
            LocalDate day = due.get().day();
            transactions
                    .reading(utility, sql -> compute(sql, utility, day, boundary))
                    .flatMap(computed -> write(utility, computed))
                    .ifPresent(closed::add);
        }
        return closed;
    }

    @Override
    public List<ClosedDay> closed(UtilityId utility, Optional<LocalDate> before, int limit) {
        return transactions.in(utility, sql -> Closes.latest(sql, utility, before, limit));
    }

    /** The next day to close, and its last instant. */
    private record Due(LocalDate day, Instant end) {}

    /** What a close will say. */
    private record Computed(ClosedDay close, Map<Long, Long> balances) {}

    private Optional<Due> next(UtilityId utility) {
        return transactions.in(
                utility,
                sql -> nextDay(sql, utility)
                        .map(day -> new Due(
                                day,
                                day.plusDays(1).atStartOfDay(zone(sql, utility)).toInstant())));
    }

    /** The day after the last closed one, or that of the first entry. */
    private static Optional<LocalDate> nextDay(JdbcClient sql, UtilityId utility) {
        Optional<LocalDate> after =
                Closes.last(sql, utility).map(close -> close.day().plusDays(1));
        return after.isPresent()
                ? after
                : sql.sql("SELECT id FROM journal_entry WHERE utility_id = ? ORDER BY id LIMIT 1")
                        .param(utility.value())
                        .query(UUID.class)
                        .optional()
                        .map(id -> LocalDate.ofInstant(TimeOrderedIds.instant(id), zone(sql, utility)));
    }

    private static ZoneId zone(JdbcClient sql, UtilityId utility) {
        return ZoneId.of(sql.sql("SELECT zone FROM utility WHERE utility_id = ?")
                .param(utility.value())
                .query(String.class)
                .single());
    }

    /** Raises the bound to the end of a day; a bound that is higher, by another zone, stays. */
    private UUID freeze(UtilityId utility, Due due) {
        UUID end = TimeOrderedIds.lowest(due.end());
        return transactions.apart(utility, sql -> {
            BooksLock.exclude(sql, utility);
            sql.sql("UPDATE utility SET books_closed_before = ? WHERE utility_id = ? AND books_closed_before < ?")
                    .params(end, utility.value(), end)
                    .update();
            UUID last = Closes.last(sql, utility).map(ClosedDay::boundary).orElse(end);
            return TimeOrderedIds.isBelow(end, last) ? last : end;
        });
    }

    /** What the close of a day will say, unless it is closed already. */
    private Optional<Computed> compute(JdbcClient sql, UtilityId utility, LocalDate day, UUID boundary) {
        if (!nextDay(sql, utility).equals(Optional.of(day))) {
            return Optional.empty();
        }
        Optional<ClosedDay> last = Closes.last(sql, utility);
        String previous = last.map(ClosedDay::digest).orElse(DayDigest.FIRST);
        Map<Long, Long> before =
                last.map(close -> Closes.balances(sql, utility, close.day())).orElse(Map.of());
        DayDigest digest = new DayDigest(utility, day, previous, before);
        UUID from = last.map(ClosedDay::boundary).orElse(StoredEntry.FIRST);
        StoredEntry.stream(sql, utility, from, boundary, digest::add);
        ClosedDay close = new ClosedDay(
                day,
                boundary,
                digest.entries(),
                digest.postings(),
                digest.end(Closes.codes(sql, utility)),
                previous,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        return Optional.of(new Computed(close, digest.balances()));
    }

    /** Writes a close, unless another process was first. */
    private Optional<ClosedDay> write(UtilityId utility, Computed computed) {
        ClosedDay close = computed.close();
        return transactions.apart(utility, sql -> {
            int written = sql.sql("""
                            INSERT INTO ledger_close (utility_id, day, boundary, entries, postings, digest,
                                previous_digest, closed_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)
                    .params(
                            utility.value(),
                            close.day(),
                            close.boundary(),
                            close.entries(),
                            close.postings(),
                            HexFormat.of().parseHex(close.digest()),
                            HexFormat.of().parseHex(close.previousDigest()),
                            close.closedAt().atOffset(ZoneOffset.UTC))
                    .update();
            if (written == 0) {
                return Optional.empty();
            }
            sql.sql("""
                            INSERT INTO ledger_balance (utility_id, day, account_id, balance)
                            SELECT :utility, :day, b.account, b.balance
                            FROM unnest(:accounts::bigint[], :balances::bigint[]) AS b (account, balance)
                            """)
                    .param("utility", utility.value())
                    .param("day", close.day())
                    .param("accounts", computed.balances().keySet().toArray(Long[]::new))
                    .param("balances", computed.balances().values().toArray(Long[]::new))
                    .update();
            return Optional.of(close);
        });
    }
}
