package org.metermint.secure;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The span over which a limit counts, by the calendar in UTC. */
public enum LimitPeriod {
    HOUR,
    DAY,
    MONTH;

    /** The first instant of the period that an instant lies in. */
    public Instant startOf(Instant instant) {
        return switch (this) {
            case HOUR -> instant.truncatedTo(ChronoUnit.HOURS);
            case DAY -> instant.truncatedTo(ChronoUnit.DAYS);
            case MONTH ->
                LocalDateTime.ofInstant(instant, ZoneOffset.UTC)
                        .withDayOfMonth(1)
                        .truncatedTo(ChronoUnit.DAYS)
                        .toInstant(ZoneOffset.UTC);
        };
    }
}
