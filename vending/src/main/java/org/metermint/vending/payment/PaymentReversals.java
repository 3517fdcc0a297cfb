package org.metermint.vending.payment;

import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/** Payments that are taken back by the word of two persons: the float gets its amount again, and the account owes it. */
public interface PaymentReversals {
    /**
     * Asks for a payment to be taken back. The same again is the same request.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client may not, there is no such payment, or another
     *     reversal of it was asked for
     */
    PaymentReversal request(ClientIdentity by, UUID payment, String reason);

    /**
     * Takes the payment back.
     *
     * @throws org.metermint.vending.refusal.RefusedException if the client asked for it or belongs to the vendor, or it
     *     was decided otherwise
     */
    PaymentReversal approve(ClientIdentity by, UUID payment);

    /** Leaves the payment as it is. */
    PaymentReversal reject(ClientIdentity by, UUID payment);

    /** The last request to take a payment back. */
    Optional<PaymentReversal> find(UtilityId utility, UUID payment);
}
