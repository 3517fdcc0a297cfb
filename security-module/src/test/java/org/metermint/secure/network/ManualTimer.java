package org.metermint.secure.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A timer whose time a test moves. */
final class ManualTimer implements PoolTimer {
    private record Entry(Duration due, Runnable work) {}

    private final List<Entry> entries = new ArrayList<>();
    private Duration now = Duration.ZERO;

    @Override
    public synchronized void after(Duration delay, Runnable work) {
        entries.add(new Entry(now.plus(delay), work));
    }

    /** Moves on and runs what has become due. */
    void advance(Duration time) {
        List<Entry> due;
        synchronized (this) {
            now = now.plus(time);
            due = entries.stream()
                    .filter(entry -> entry.due().compareTo(now) <= 0)
                    .toList();
            entries.removeAll(due);
        }
        due.forEach(entry -> entry.work().run());
    }

    /** How long until the next work; null if there is none. */
    synchronized Duration untilNext() {
        return entries.stream()
                .map(Entry::due)
                .min(Duration::compareTo)
                .orElse(Duration.ofDays(1000))
                .minus(now);
    }

    @Override
    public void close() {
        synchronized (this) {
            entries.clear();
        }
    }
}
