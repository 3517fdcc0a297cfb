package org.metermint.vending.outbox;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that happened and is committed. It holds no personal data: whoever acts on it reads the subject.
 *
 * @param seq its number in the installation: the same event handed over again has the same one
 * @param at when it happened
 * @param kind such as {@code SALE_ISSUED}
 * @param subject what it happened to; of a kind that begins with {@code SALE}, the sale
 * @param meter the meter within whose events order counts
 */
public record OutboxEvent(long seq, Instant at, String kind, UUID subject, Optional<Long> meter) {}
