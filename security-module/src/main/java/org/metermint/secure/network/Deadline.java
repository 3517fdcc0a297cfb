package org.metermint.secure.network;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The instant at which a caller is to be released, by the clock that no one sets. */
record Deadline(long nanos) {
    static Deadline after(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** What is left, at least 0. */
    long leftNanos() {
        return Math.max(0, nanos - System.nanoTime());
    }

    /** What is left, rounded up, so that a wait of so long ends after the deadline and not before. */
    int leftMillis() {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(leftNanos() + 999_999));
    }

    boolean isOver() {
        return leftNanos() == 0;
    }

    /** This one, or one so far from now if that is earlier. */
    Deadline atMost(Duration time) {
        Deadline other = after(time);
        return other.nanos - nanos < 0 ? other : this;
    }
}
