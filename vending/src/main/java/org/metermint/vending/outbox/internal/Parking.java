package org.metermint.vending.outbox.internal;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.outbox.OutboxEvent;
import org.metermint.vending.outbox.ParkedEvent;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Events that lie aside. */
final class Parking {
    private final JdbcClient sql;
    private final UtilityId utility;
    private final String consumer;

    Parking(JdbcClient sql, UtilityId utility, String consumer) {
        this.sql = sql;
        this.utility = utility;
        this.consumer = consumer;
    }

    /** An event that is to be tried again. */
    record Retry(long place, OutboxEvent event) {}

    void park(OutboxEvent event, int attempts, String reason, Instant now) {
        sql.sql("""
                        INSERT INTO outbox_parked (utility_id, consumer, seq, at, kind, meter_id, subject, attempts,
                            reason, parked_at)
                        VALUES (:utility, :consumer, :seq, :at, :kind, :meter, :subject, :attempts, :reason, :now)
                        """)
                .param("utility", utility.value())
                .param("consumer", consumer)
                .param("seq", event.seq())
                .param("at", event.at().atOffset(ZoneOffset.UTC))
                .param("kind", event.kind())
                .param("meter", event.meter().orElse(null), java.sql.Types.BIGINT)
                .param("subject", event.subject())
                .param("attempts", attempts)
                .param("reason", reason)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Those of some meters of which events lie aside. */
    Set<Long> meters(List<OutboxEvent> of) {
        Long[] wanted = of.stream()
                .map(OutboxEvent::meter)
                .flatMap(Optional::stream)
                .distinct()
                .toArray(Long[]::new);
        return sql
                .sql("""
                        SELECT DISTINCT meter_id FROM outbox_parked
                        WHERE utility_id = :utility AND consumer = :consumer AND meter_id = ANY (:meters::bigint[])
                        """)
                .param("utility", utility.value())
                .param("consumer", consumer)
                .param("meters", wanted)
                .query(Long.class)
                .list()
                .stream()
                .collect(Collectors.toSet());
    }

    /** The first event that is to be tried again. */
    Optional<Retry> toRetry() {
        return sql.sql("""
                        SELECT * FROM outbox_parked WHERE utility_id = ? AND consumer = ? AND retry
                        ORDER BY place LIMIT 1
                        """)
                .params(utility.value(), consumer)
                .query((row, number) -> new Retry(row.getLong("place"), EventReader.read(row, number)))
                .optional();
    }

    void taken(Retry retry) {
        sql.sql("DELETE FROM outbox_parked WHERE utility_id = ? AND consumer = ? AND place = ?")
                .params(utility.value(), consumer, retry.place())
                .update();
    }

    /** It failed once more, and those of its meter wait on with it. */
    void failedAgain(Retry retry, String reason) {
        sql.sql("""
                        UPDATE outbox_parked SET retry = false,
                            attempts = CASE WHEN place = :place THEN attempts + 1 ELSE attempts END,
                            reason = CASE WHEN place = :place THEN :reason ELSE reason END
                        WHERE utility_id = :utility AND consumer = :consumer
                          AND (place = :place OR meter_id = :meter)
                        """)
                .param("place", retry.place())
                .param("reason", reason)
                .param("utility", utility.value())
                .param("consumer", consumer)
                .param("meter", retry.event().meter().orElse(null), java.sql.Types.BIGINT)
                .update();
    }

    /** Marks all to be tried again. */
    int retry() {
        return sql.sql("UPDATE outbox_parked SET retry = true WHERE utility_id = ? AND consumer = ?")
                .params(utility.value(), consumer)
                .update();
    }

    static List<ParkedEvent> all(JdbcClient sql, UtilityId utility, int limit) {
        return sql.sql("SELECT * FROM outbox_parked WHERE utility_id = ? ORDER BY place LIMIT ?")
                .params(utility.value(), limit)
                .query((row, number) -> new ParkedEvent(
                        row.getString("consumer"),
                        EventReader.read(row, number),
                        row.getInt("attempts"),
                        row.getString("reason"),
                        Objects.requireNonNull(row.getObject("parked_at", OffsetDateTime.class))
                                .toInstant()))
                .list();
    }
}
