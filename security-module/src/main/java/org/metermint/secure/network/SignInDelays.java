package org.metermint.secure.network;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Growing pauses after failed sign-ins, for one user and for one address: a few failures are free, then each one more
 * doubles the pause up to a bound. The table is bounded: the one that failed longest ago is forgotten first.
 */
final class SignInDelays {
    static final int MAX_ENTRIES = 10_000;

    private final InstantSource clock;
    private final int free;
    private final Duration longest;
    /** In the order of the last failure. Guarded by this. */
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    private record Failures(int count, Instant until) {}

    SignInDelays(InstantSource clock, int free, Duration longest) {
        this.clock = clock;
        this.free = free;
        this.longest = longest;
    }

    /** How long to wait before the next attempt; zero for not at all. */
    synchronized Duration pause(String who) {
        @Nullable Failures known = failures.get(who);
        if (known == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), known.until());
        if (left.compareTo(longest) > 0) { // the clock was set back: nobody waits longer than the longest pause
            return longest;
        }
        return left.isPositive() ? left : Duration.ZERO;
    }

    synchronized void failed(String who) {
        @Nullable Failures known = failures.remove(who);
        int count = known == null ? 1 : known.count() + 1;
        Duration pause = Duration.ZERO;
        if (count > free) {
            pause = Duration.ofSeconds(1L << Math.min(count - free - 1, 20));
            pause = pause.compareTo(longest) > 0 ? longest : pause;
        }
        failures.put(who, new Failures(count, clock.instant().plus(pause)));
        if (failures.size() > MAX_ENTRIES) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    synchronized void succeeded(String who) {
        failures.remove(who);
    }

    synchronized int entries() {
        return failures.size();
    }
}
