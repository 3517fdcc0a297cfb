package org.metermint.vending.database;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Ids that begin with the time (RFC 9562, version 7), so that new rows stand together in an index and an instant parts
 * the rows before it from those after. {@link UUID#compareTo} is not their order, which is that of their octets.
 */
public final class TimeOrderedIds {
    private final RandomGenerator random;

    public TimeOrderedIds(RandomGenerator random) {
        this.random = random;
    }

    public UUID next(Instant now) {
        return next(now.toEpochMilli());
    }

    /** An id of an instant, or of the instant of a bound, if that is later; it is never below the bound. */
    public UUID next(Instant now, UUID bound) {
        return next(Math.max(now.toEpochMilli(), bound.getMostSignificantBits() >>> 16));
    }

    /** The lowest id of an instant: ids of earlier instants are less, its own and those of later ones greater. */
    public static UUID lowest(Instant at) {
        return new UUID(at.toEpochMilli() << 16, 0);
    }

    /** The instant that an id begins with, to the millisecond. */
    public static Instant instant(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    /** Whether an id is less than a bound, octet by octet. */
    public static boolean isBelow(UUID id, UUID bound) {
        int high = Long.compareUnsigned(id.getMostSignificantBits(), bound.getMostSignificantBits());
        int low = Long.compareUnsigned(id.getLeastSignificantBits(), bound.getLeastSignificantBits());
        return high == 0 ? low < 0 : high < 0;
    }

    private UUID next(long millis) {
        long high = (millis << 16) | 0x7000 | (random.nextLong() & 0x0FFF);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
