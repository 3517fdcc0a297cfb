package org.metermint.secure;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** A clock on which two days pass in every second, alike in all processes. */
final class FastClock implements InstantSource {
    private static final long FACTOR = 172_800;
    private static final Instant ORIGIN = Instant.parse("2027-01-01T00:00:00Z");

    private final long startMillis;

    /** A clock that showed its origin at a time of the system. */
    FastClock(long startMillis) {
        this.startMillis = startMillis;
    }

    @Override
    public Instant instant() {
        return ORIGIN.plusMillis((System.currentTimeMillis() - startMillis) * FACTOR);
    }

    Clock clock() {
        return withZone(ZoneOffset.UTC);
    }
}
