package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Ids that begin with the time (RFC 9562, version 7), so that new rows stand together in an index. */
final class TimeOrderedIds {
    private final RandomGenerator random;

    TimeOrderedIds(RandomGenerator random) {
        this.random = random;
    }

    UUID next(Instant now) {
        long high = (now.toEpochMilli() << 16) | 0x7000 | (random.nextLong() & 0x0FFF);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
