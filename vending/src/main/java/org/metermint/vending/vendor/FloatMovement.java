package org.metermint.vending.vendor;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What moves a float beside sales: recorded by one client, decided by another. Until it is confirmed it moves nothing.
 *
 * @param amount minor units, above 0
 * @param fixed the part of a commission that is paid for the month and not for its sales; 0 for other kinds
 * @param bank which account of the utility it came to or leaves from, as in the ledger's {@code bank/main}
 * @param reference the bank's; for a commission, vendor and month. One movement of a kind has it, unless it was rejected
 * @param decision empty while nobody has decided
 */
public record FloatMovement(
        long id,
        String vendor,
        MovementKind kind,
        long amount,
        long fixed,
        String bank,
        String reference,
        LocalDate valueDate,
        String recordedBy,
        Instant recordedAt,
        Optional<Decision> decision) {
    /**
     * What became of it.
     *
     * @param reason why it was rejected
     */
    public record Decision(boolean confirmed, String by, Instant at, Optional<String> reason) {}
}
