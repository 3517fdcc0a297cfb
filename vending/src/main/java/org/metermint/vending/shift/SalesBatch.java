package org.metermint.vending.shift;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Counted shifts of one vendor, gathered at one go; nothing of it ever changes.
 *
 * @param continues the batch that a supervisor adds to by this one
 */
public record SalesBatch(
        long id,
        String vendor,
        String madeBy,
        Instant madeAt,
        Optional<Continuation> continues,
        List<Long> shifts,
        List<BatchTotal> totals) {
    public SalesBatch {
        shifts = List.copyOf(shifts);
        totals = List.copyOf(totals);
    }
}
