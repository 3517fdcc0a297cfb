package org.metermint.simulation.proxy;

import java.time.Duration;

/**
 * What happens to a connection, once, and where. Steps and octets are counted over both directions and all connections
 * of a proxy, from the moment the fault is armed. A step is what one read of a socket gives: a message, as long as both
 * sides take turns.
 *
 * @param after how much passes unharmed before it: with 0, the first step or octet already is struck
 * @param pause how long a stall lasts, or the pieces of a slowed step are apart; zero for the others
 */
public record Fault(Kind kind, Unit unit, long after, Duration pause) {
    public enum Kind {
        /** Both sides see an orderly end: what was forwarded is read, and then nothing. */
        CUT,
        /** Both sides see a reset, and may lose what they have not read. */
        RESET,
        /** Every connection is cut, and no new one is taken while the pause lasts. */
        PARTITION,
        /** Nothing is forwarded on the connection for a while; then it goes on. */
        STALL,
        /** Nothing is forwarded on the connection for a while; then it is cut. */
        STALL_AND_CUT,
        /** The step goes on in small pieces, with pauses between them. */
        SLOW
    }

    public enum Unit {
        STEP,
        OCTET
    }

    public Fault {
        if (after < 0 || pause.isNegative()) {
            throw new IllegalArgumentException(
                    "a fault after " + after + " with a pause of " + pause + " is none; neither may be negative");
        }
    }

    /** Whether the connection does not survive it. */
    boolean ends() {
        return kind != Kind.STALL && kind != Kind.SLOW;
    }

    /** A fault at the boundary before a step. */
    public static Fault atStep(Kind kind, long after, Duration pause) {
        return new Fault(kind, Unit.STEP, after, pause);
    }

    /** A cut after a number of octets. */
    public static Fault cutAfterOctets(long after) {
        return new Fault(Kind.CUT, Unit.OCTET, after, Duration.ZERO);
    }
}
