package org.metermint.vending.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;

/** What happened, written with it in one transaction, and handed to every consumer afterwards. */
public interface Outbox {
    /**
     * Writes an event, within the caller's unit of work; its commit wakes the consumers. Events of one meter are in the
     * order of these calls if the caller has the meter locked.
     *
     * @param meter the number of the meter's row, if order counts within a meter
     */
    void append(UtilityId utility, String kind, UUID subject, Optional<Long> meter, Instant at);

    /** Wakes the consumers of a utility in this process; those of others look for themselves every second. */
    void wake(UtilityId utility);

    /** How far each consumer is that ever was handed an event, by name. */
    List<ConsumerStatus> status(UtilityId utility);

    /** What lies aside, in the order in which it was parked. */
    List<ParkedEvent> parked(UtilityId utility, int limit);

    /**
     * Has parked events of a consumer tried again, once, in their order. Those that fail stay.
     *
     * @return how many
     */
    int retry(UtilityId utility, String consumer);
}
