package org.metermint.vending.outbox;

import java.time.Instant;

/**
 * An event that a consumer could not take, or that waits behind one of the same meter.
 *
 * @param attempts how often it was tried; 0 if it waits
 */
public record ParkedEvent(String consumer, OutboxEvent event, int attempts, String reason, Instant parkedAt) {}
