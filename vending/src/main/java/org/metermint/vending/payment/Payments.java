package org.metermint.vending.payment;

import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Payments towards debts beside purchases. A payment takes its amount from the vendor's float and counts in the open
 * shift as a sale does; it has no token.
 */
public interface Payments {
    /**
     * Takes a payment, once for a request id of a client, for ever. A refusal binds the request id, too, unless it is
     * retryable: a repeat gets the identical answer.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client may not, the request id belongs to another
     *     payment, more is offered than is owed, or the float does not cover it
     */
    DebtPayment pay(ClientIdentity client, PaymentRequest request);

    Optional<DebtPayment> find(UtilityId utility, UUID id);

    /**
     * What a request of a client came to; empty if there was none.
     *
     * @throws org.metermint.vending.refusal.RefusedException if it was refused
     */
    Optional<DebtPayment> byRequest(ClientIdentity client, String requestId);
}
