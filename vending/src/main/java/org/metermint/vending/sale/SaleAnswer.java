package org.metermint.vending.sale;

import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.refusal.Refusal;

/** What the desk answers: the sale, or why there is none. */
public sealed interface SaleAnswer {
    /** The sale is done; its tokens are in it. A repeated request gets an equal answer. */
    record Sold(Sale sale) implements SaleAnswer {}

    /**
     * There is no token.
     *
     * @param refusal if it is {@linkplain org.metermint.vending.refusal.RefusalCode#retryable() retryable}, nothing is
     *     decided and the same request may be sent again; otherwise it is the answer to this request id for ever
     * @param saleId the sale, if the request got as far as a reservation
     */
    record Refused(Refusal refusal, Optional<UUID> saleId) implements SaleAnswer {
        public boolean retryable() {
            return refusal.code().retryable();
        }
    }
}
