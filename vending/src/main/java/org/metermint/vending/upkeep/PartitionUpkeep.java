package org.metermint.vending.upkeep;

import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import org.metermint.vending.database.Partitions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that every month has its partitions before it begins, and that events go when all have read them. */
public final class PartitionUpkeep implements Runnable {
    /** How many months ahead of this one partitions are made. */
    public static final int MONTHS_AHEAD = 3;

    private static final Logger LOG = LoggerFactory.getLogger(PartitionUpkeep.class);

    private final Partitions partitions;
    private final Clock clock;
    private final int eventMonths;

    /**
     * The upkeep of an installation.
     *
     * @param eventMonths how many months before this one events are kept, 1 or more
     */
    public PartitionUpkeep(Partitions partitions, Clock clock, int eventMonths) {
        if (eventMonths < 1) {
            throw new IllegalArgumentException("events kept for " + eventMonths + " months; it must be 1 at least");
        }
        this.partitions = partitions;
        this.clock = clock;
        this.eventMonths = eventMonths;
    }

    @Override
    public void run() {
        YearMonth month = YearMonth.now(clock.withZone(ZoneOffset.UTC));
        int made = partitions.make(month, MONTHS_AHEAD + 1);
        if (made > 0) {
            LOG.info("made {} partitions for {} to {}", made, month, month.plusMonths(MONTHS_AHEAD));
        }
        warnOfStrays(partitions.all());
        List<String> dropped = partitions.dropConsumedEvents(month.minusMonths(eventMonths));
        if (!dropped.isEmpty()) {
            LOG.info("dropped the events of {}, which every consumer has read", dropped);
        }
    }

    private static void warnOfStrays(List<Partitions.Partition> all) {
        for (Partitions.Partition partition : all) {
            if (partition.month().isEmpty() && partition.used()) {
                LOG.warn(
                        "rows of {} came while their month had no partition and are in {}; docs/operating/retention.md"
                                + " tells how to move them",
                        partition.table(),
                        partition.name());
            }
        }
    }
}
