package org.metermint.simulation.world;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The only clock of a world. It stands still until the world moves it, and can be set back. */
final class WorldClock extends Clock {
    private volatile Instant now;

    WorldClock(Instant start) {
        this.now = start;
    }

    void move(Duration step) {
        now = now.plus(step);
    }

    /** Moves to shortly before the next month begins in a zone. */
    void moveToMonthEnd(ZoneId zone, Duration before) {
        YearMonth next = YearMonth.from(now.atZone(zone)).plusMonths(1);
        Instant end = next.atDay(1).atStartOfDay(zone).toInstant().minus(before);
        if (end.isAfter(now)) {
            now = end;
        }
    }

    void moveTo(Instant instant) {
        now = instant;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the program asks for instants only");
    }
}
