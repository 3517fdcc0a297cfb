package org.metermint.vending.sale;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * That a sale with tokens be taken back in the books.
 *
 * @param requestedBy the client that asked for it
 * @param decision what another client decided, if one has
 */
public record Reversal(
        UUID sale, Basis basis, String reason, String requestedBy, Instant requestedAt, Optional<Decision> decision) {
    /** On what ground, since the tokens cannot be taken back. */
    public enum Basis {
        /** The meter shows that the credit was never taken: everything is booked back, the month's position too. */
        METER_UNUSED,
        /** The utility bears the loss: the vendor gets its float back, income and taxes stay. */
        OPERATOR_LOSS
    }

    /** What was decided, by whom and when. */
    public record Decision(boolean approved, String by, Instant at) {}
}
