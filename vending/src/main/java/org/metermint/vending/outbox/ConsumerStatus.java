package org.metermint.vending.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a consumer is with a utility's events.
 *
 * @param lag the age of the oldest event that it was not handed yet; zero if there is none
 * @param parked events that lie aside for it
 * @param attempts how often what comes next has failed
 * @param retryAt when it is tried again
 * @param failure what failed last
 */
public record ConsumerStatus(
        String consumer,
        Duration lag,
        long parked,
        int attempts,
        Optional<Instant> retryAt,
        Optional<String> failure) {}
