package org.metermint.vending.outbox;

import java.util.List;
import org.metermint.vending.database.UtilityId;

/**
 * Somebody who acts on events. Each is handed over at least once: after a crash, or when a hand-over failed, again. Events
 * of one meter come in the order in which they happened.
 */
public interface OutboxConsumer {
    /** What becomes of a meter's later events while an earlier one is parked. */
    enum AfterParked {
        /** They wait behind it, in order. */
        METER_WAITS,
        /** They are handed over. */
        METER_GOES_ON
    }

    /** Names the consumer for ever, 1..64 of a-z, 0-9 and '-': what was handed over is kept under it. */
    String name();

    /**
     * Acts on events of a utility. It runs within a unit of work that commits together with the hand-over: rows that it
     * writes by {@code UtilityTransactions.in} are written exactly once.
     *
     * @throws ConsumerUnavailableException if it is not the fault of the events: they come again until they are taken
     * @throws RuntimeException if one of them cannot be taken; its message, which is kept, holds no personal data
     */
    void handle(UtilityId utility, List<OutboxEvent> events);

    /** How often an event that cannot be taken is tried before it is parked. */
    default int attempts() {
        return 8;
    }

    default AfterParked afterParked() {
        return AfterParked.METER_WAITS;
    }
}
