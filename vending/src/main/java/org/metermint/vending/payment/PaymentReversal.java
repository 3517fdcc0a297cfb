package org.metermint.vending.payment;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * That a payment be taken back in the books, and what was decided.
 *
 * @param reason 1 to 200 characters
 * @param requestedBy the client that asked
 * @param decision empty while nobody has decided
 */
public record PaymentReversal(
        UUID payment, String reason, String requestedBy, Instant requestedAt, Optional<Decision> decision) {
    /** What was decided. */
    public record Decision(boolean approved, String by, Instant at) {}
}
