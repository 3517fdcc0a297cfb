package org.metermint.vending.vendor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.ledger.JournalEntry;

/**
 * A part of the statement of a float: opening plus all changes is closing, in minor units.
 *
 * @param opening the balance before the first line of this part
 * @param closing the balance after its last line
 * @param next where the next part begins; empty on the last
 */
public record Statement(long opening, long closing, List<Line> lines, Optional<Place> next) {
    /**
     * One movement.
     *
     * @param entry of the journal
     * @param reference what it is besides a sale, such as the number of a deposit
     * @param change a deposit is positive, a sale negative
     * @param balance after it
     */
    public record Line(
            UUID entry,
            Instant bookedAt,
            JournalEntry.Kind kind,
            Optional<UUID> sale,
            Optional<String> reference,
            long change,
            long balance) {}

    /** A place in a statement: after an entry, at a balance. */
    public record Place(UUID after, long balance) {}

    public Statement {
        lines = List.copyOf(lines);
    }
}
