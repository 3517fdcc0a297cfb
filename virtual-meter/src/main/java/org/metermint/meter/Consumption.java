package org.metermint.meter;

import java.util.Set;

/**
 * What a meter let through to the load.
 *
 * @param asked what the load wanted
 * @param drawn what it got: less if the switch was open or opened meanwhile
 * @param charged what that took from the credit
 * @param balance the credit now
 * @param openReasons why the switch is open now; empty if it is closed
 */
public record Consumption(Quantity asked, Quantity drawn, Credit charged, Credit balance, Set<OpenReason> openReasons) {
    public Consumption {
        openReasons = Set.copyOf(openReasons);
    }

    /** Whether the load got all that it wanted. */
    public boolean complete() {
        return drawn.equals(asked);
    }
}
