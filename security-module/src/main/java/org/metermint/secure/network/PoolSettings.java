package org.metermint.secure.network;

import java.time.Duration;
import java.util.Map;
import org.metermint.secure.VendingKeyName;

/**
 * How a pool treats its members.
 *
 * @param timeout the longest that one call of the pool waits for its members, all of them together
 * @param checkEvery how often a member in service tells its state and its keys
 * @param firstPause after which a member out of service is tried for the first time; doubles with each try that fails
 * @param longestPause at which it stops doubling
 * @param failuresToEject how many requests in a row a member may leave without an answer before it is out of service
 * @param maxInFlight how many requests one member may have at a time, those included whose caller waits no more
 * @param maxUndecided how many message ids without a definite answer are remembered; more are not begun
 * @param checkValues of the vending keys, as they came with the keys: six hexadecimal digits each. For a key that is
 *     not named, the first member in the order of the pool that tells it decides
 */
public record PoolSettings(
        Duration timeout,
        Duration checkEvery,
        Duration firstPause,
        Duration longestPause,
        int failuresToEject,
        int maxInFlight,
        int maxUndecided,
        Map<VendingKeyName, String> checkValues) {
    public PoolSettings {
        requirePositive("timeout", timeout);
        requirePositive("checkEvery", checkEvery);
        requirePositive("firstPause", firstPause);
        if (longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "longestPause of " + longestPause + " is shorter than firstPause, " + firstPause);
        }
        requirePositive("failuresToEject", failuresToEject);
        requirePositive("maxInFlight", maxInFlight);
        requirePositive("maxUndecided", maxUndecided);
        checkValues = Map.copyOf(checkValues);
    }

    /** Ten seconds for a call, a check every ten, out of service after three failures for a second and up to a minute. */
    public static PoolSettings standard() {
        return new PoolSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                3,
                1_024,
                100_000,
                Map.of());
    }

    /** The same with another time for a call. */
    public PoolSettings withTimeout(Duration other) {
        return new PoolSettings(
                other, checkEvery, firstPause, longestPause, failuresToEject, maxInFlight, maxUndecided, checkValues);
    }

    private static void requirePositive(String what, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(what + " of " + value + " is not above 0");
        }
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " of " + value + " is below 1");
        }
    }
}
