package org.metermint.vending.outbox.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How far a consumer is: everything of transactions before {@code from} is handed over, and of those from there to
 * {@code until} everything up to {@code seq}.
 *
 * <p>Events are read window by window, and within one by their numbers. A window ends at the oldest transaction that
 * was under way when it was made, or before it: what is in it is all committed, and cannot grow. Transactions get their
 * numbers before they have their meters, so that of two events of a meter the later can be of the lower transaction.
 * The numbers of events are given while the meter is held, and whoever sees the later event can see the earlier one: a
 * window ends where it parts no such two.
 *
 * @param from transaction number
 * @param until transaction number; equal to {@code from} if no window is open
 * @param formerUntil events up to this number are from before the database was restored from a dump, which counts its
 *     transactions anew
 * @param inFormer whether those are being read
 */
record Cursor(
        String from,
        String until,
        long seq,
        int attempts,
        Optional<Instant> retryAt,
        long formerUntil,
        boolean inFormer) {
    private static final String BEGINNING = "0";

    /** The cursor of a consumer; made if it is not there. */
    static Cursor of(JdbcClient sql, UtilityId utility, String consumer) {
        return find(sql, utility, consumer).orElseGet(() -> {
            sql.sql("""
                            INSERT INTO outbox_cursor (utility_id, consumer, xact, until, seq)
                            VALUES (?, ?, '0', '0', 0) ON CONFLICT DO NOTHING
                            """).params(utility.value(), consumer).update();
            return find(sql, utility, consumer).orElseThrow();
        });
    }

    private static Optional<Cursor> find(JdbcClient sql, UtilityId utility, String consumer) {
        return sql.sql("SELECT * FROM outbox_cursor WHERE utility_id = ? AND consumer = ?")
                .params(utility.value(), consumer)
                .query(Cursor::read)
                .optional();
    }

    private static Cursor read(ResultSet row, int number) throws SQLException {
        OffsetDateTime retryAt = row.getObject("retry_at", OffsetDateTime.class);
        return new Cursor(
                row.getString("xact"),
                row.getString("until"),
                row.getLong("seq"),
                row.getInt("attempts"),
                Optional.ofNullable(retryAt).map(OffsetDateTime::toInstant),
                row.getLong("former_until"),
                row.getBoolean("in_former"));
    }

    boolean hasWindow() {
        return !from.equals(until);
    }

    /** The cursor after an event of a window, which is at its end or not. */
    Cursor after(long handedOver, String windowUntil, String windowFrom, boolean atItsEnd) {
        return new Cursor(
                atItsEnd ? windowUntil : windowFrom,
                windowUntil,
                atItsEnd ? 0 : handedOver,
                0,
                Optional.empty(),
                formerUntil,
                inFormer);
    }

    /** The cursor within events from before a restoration. */
    Cursor withinFormer(long handedOver) {
        return new Cursor(from, until, handedOver, 0, Optional.empty(), formerUntil, true);
    }

    /** What was before the restoration is handed over: on with what came after. */
    Cursor afterFormer() {
        return new Cursor(BEGINNING, BEGINNING, 0, 0, Optional.empty(), formerUntil, false);
    }

    /** The database was restored, with events up to a number that were there before. */
    Cursor restored(long former) {
        return new Cursor(inFormer ? BEGINNING : from, BEGINNING, 0, 0, Optional.empty(), former, true);
    }

    /** Writes this in place of what it came from. */
    void replace(JdbcClient sql, UtilityId utility, String consumer, Cursor before) {
        int moved = sql.sql("""
                        UPDATE outbox_cursor SET xact = CAST(:from AS xid8), until = CAST(:until AS xid8), seq = :seq,
                            attempts = 0, retry_at = NULL, failure = NULL, former_until = :former, in_former = :in
                        WHERE utility_id = :utility AND consumer = :consumer AND seq = :before
                          AND xact = CAST(:beforeFrom AS xid8) AND until = CAST(:beforeUntil AS xid8)
                        """)
                .param("from", from)
                .param("until", until)
                .param("seq", seq)
                .param("former", formerUntil)
                .param("in", inFormer)
                .param("utility", utility.value())
                .param("consumer", consumer)
                .param("before", before.seq)
                .param("beforeFrom", before.from)
                .param("beforeUntil", before.until)
                .update();
        if (moved == 0) {
            throw new IllegalStateException("the cursor of " + consumer + " was moved by another process");
        }
    }
}
