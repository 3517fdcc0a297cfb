package org.metermint.vending.shift;

import java.util.List;
import java.util.Optional;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Sales batches and banking batches. A supervisor makes those of its vendor, the utility's finance those of all. A batch
 * is made closed: to add to it is to make another that continues it, which only a supervisor can.
 */
public interface Batches {
    /**
     * Gathers counted shifts.
     *
     * @param requestId the caller's name for this act; the same again gets the same batch
     * @throws org.metermint.vending.refusal.RefusedException if a shift is not the vendor's, is not counted or stands in
     *     a batch
     */
    SalesBatch gather(
            ClientIdentity by, String requestId, String vendor, List<Long> shifts, Optional<Continuation> continues);

    /** Takes sales batches to the bank. Booked if the vendor is a counter of the utility's own. */
    BankingBatch bank(ClientIdentity by, String requestId, NewBanking banking);

    Optional<SalesBatch> salesBatch(UtilityId utility, long id);

    /** Sales batches of a vendor with ids above one, by id. */
    List<SalesBatch> salesBatchesAfter(UtilityId utility, String vendor, long id, int limit);

    Optional<BankingBatch> bankingBatch(UtilityId utility, long id);

    /** Banking batches of a vendor with ids above one, by id. */
    List<BankingBatch> bankingBatchesAfter(UtilityId utility, String vendor, long id, int limit);
}
