package org.metermint.vending.shift;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Sales batches of one vendor whose cash went to the bank on one deposit slip; nothing of it ever changes.
 *
 * @param bank the utility's account, as in the ledger's {@code bank/main}
 * @param depositSlip number of the slip, unique in the utility
 * @param amount on the slip, in minor units
 * @param cash what was counted in the sales batches, in minor units; what the slip does not have stays in the till
 */
public record BankingBatch(
        long id,
        String vendor,
        String bank,
        String depositSlip,
        long amount,
        long cash,
        String madeBy,
        Instant madeAt,
        Optional<Continuation> continues,
        List<Long> salesBatches) {
    public BankingBatch {
        salesBatches = List.copyOf(salesBatches);
    }
}
