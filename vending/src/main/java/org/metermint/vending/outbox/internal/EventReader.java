package org.metermint.vending.outbox.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.outbox.OutboxEvent;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what a consumer is to be handed next. */
final class EventReader {
    private EventReader() {}

    /**
     * Events, and the cursor after them.
     *
     * @param next differs from the cursor before even without events if a window has ended
     */
    record Batch(List<OutboxEvent> events, Cursor next) {}

    static Batch next(JdbcClient sql, UtilityId utility, Cursor cursor, int limit) {
        if (cursor.inFormer()) {
            Batch former = former(sql, utility, cursor, limit);
            return former.events().isEmpty() ? new Batch(List.of(), cursor.afterFormer()) : former;
        }
        if (cursor.hasWindow()) {
            List<OutboxEvent> events = window(sql, utility, cursor, cursor.from(), cursor.until(), cursor.seq(), limit);
            if (!events.isEmpty()) {
                return batch(events, cursor, cursor.from(), cursor.until(), limit);
            }
        }
        String end = endOfWindow(sql, utility, cursor);
        return batch(window(sql, utility, cursor, cursor.until(), end, 0, limit), cursor, cursor.until(), end, limit);
    }

    /**
     * Where a window that begins at a transaction can end: at the oldest one that is under way, or before it, so that no
     * meter has an event in the window and an earlier one behind it.
     */
    private static String endOfWindow(JdbcClient sql, UtilityId utility, Cursor cursor) {
        String end = sql.sql("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                .query(String.class)
                .single();
        for (Optional<String> sooner = split(sql, utility, cursor, end);
                sooner.isPresent();
                sooner = split(sql, utility, cursor, end)) {
            end = sooner.get();
        }
        return end;
    }

    /** The first transaction of a window with an event of a meter that has an earlier event behind the window. */
    private static Optional<String> split(JdbcClient sql, UtilityId utility, Cursor cursor, String end) {
        return sql.sql("""
                        SELECT late.xact::text FROM outbox late JOIN (
                            SELECT meter_id, min(seq) AS seq FROM outbox
                            WHERE utility_id = :utility AND xact >= CAST(:end AS xid8) AND seq > :former
                              AND meter_id IS NOT NULL GROUP BY meter_id) early
                            ON early.meter_id = late.meter_id AND early.seq < late.seq
                        WHERE late.utility_id = :utility AND late.xact >= CAST(:from AS xid8)
                          AND late.xact < CAST(:end AS xid8) AND late.seq > :former
                        ORDER BY late.xact LIMIT 1
                        """)
                .param("utility", utility.value())
                .param("from", cursor.until())
                .param("end", end)
                .param("former", cursor.formerUntil())
                .query(String.class)
                .optional();
    }

    private static Batch batch(List<OutboxEvent> events, Cursor cursor, String from, String until, int limit) {
        return events.isEmpty()
                ? new Batch(events, cursor)
                : new Batch(events, cursor.after(events.getLast().seq(), until, from, events.size() < limit));
    }

    private static List<OutboxEvent> window(
            JdbcClient sql, UtilityId utility, Cursor cursor, String from, String until, long after, int limit) {
        return sql.sql("""
                        SELECT seq, at, kind, subject, meter_id FROM outbox
                        WHERE utility_id = :utility AND xact >= CAST(:from AS xid8) AND xact < CAST(:until AS xid8)
                          AND seq > :after ORDER BY seq LIMIT :limit
                        """)
                .param("utility", utility.value())
                .param("from", from)
                .param("until", until)
                .param("after", Math.max(after, cursor.formerUntil()))
                .param("limit", limit)
                .query(EventReader::read)
                .list();
    }

    private static Batch former(JdbcClient sql, UtilityId utility, Cursor cursor, int limit) {
        List<OutboxEvent> events = sql.sql("""
                        SELECT seq, at, kind, subject, meter_id FROM outbox
                        WHERE utility_id = :utility AND xact >= CAST(:from AS xid8) AND seq > :after AND seq <= :until
                        ORDER BY seq LIMIT :limit
                        """)
                .param("utility", utility.value())
                .param("from", cursor.from())
                .param("after", cursor.seq())
                .param("until", cursor.formerUntil())
                .param("limit", limit)
                .query(EventReader::read)
                .list();
        return events.isEmpty()
                ? new Batch(events, cursor)
                : new Batch(events, cursor.withinFormer(events.getLast().seq()));
    }

    /**
     * Whether the database was restored since the consumer was last here, and up to which number its events are from
     * before. No transaction can have a number that is not given out yet: a cursor or a row that has one counts by
     * another database.
     */
    static OptionalLong restoredUntil(JdbcClient sql, UtilityId utility, Cursor cursor) {
        return sql.sql("""
                        SELECT CAST(:until AS xid8) > pg_snapshot_xmax(pg_current_snapshot()) AS ahead,
                            (SELECT max(seq) FROM outbox WHERE utility_id = :utility AND seq > :former
                               AND xact >= pg_snapshot_xmax(pg_current_snapshot())) AS former
                        """)
                .param("until", cursor.until())
                .param("utility", utility.value())
                .param("former", cursor.formerUntil())
                .query((row, number) -> {
                    Long former = row.getObject("former", Long.class);
                    return former != null
                            ? OptionalLong.of(former)
                            : row.getBoolean("ahead") ? OptionalLong.of(cursor.formerUntil()) : OptionalLong.empty();
                })
                .single();
    }

    static OutboxEvent read(ResultSet row, int number) throws SQLException {
        return new OutboxEvent(
                row.getLong("seq"),
                Objects.requireNonNull(row.getObject("at", OffsetDateTime.class))
                        .toInstant(),
                row.getString("kind"),
                Objects.requireNonNull(row.getObject("subject", UUID.class)),
                Optional.ofNullable(row.getObject("meter_id", Long.class)));
    }
}
