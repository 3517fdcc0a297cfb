package org.metermint.vending.sale;

import java.util.UUID;
import org.metermint.vending.vendor.ClientIdentity;

/** What may happen to a sale once it has its tokens. The tokens stay what they are. */
public interface AfterSales {
    /** How often a day the tokens of one sale may be sent again. */
    int RESENDS_A_DAY = 3;

    /**
     * Notes that the customer has the tokens: by the client's word. Saying so again changes nothing.
     *
     * @throws org.metermint.vending.refusal.RefusedException if there is no such sale, or it has no tokens
     */
    Sale confirm(ClientIdentity client, UUID sale);

    /**
     * Asks for the tokens of a sale to be sent once more to the phone that is registered for the customer, at most
     * {@value #RESENDS_A_DAY} times on a day of the utility's zone: by the event {@code SALE_RESEND} in the outbox, which
     * waits for whoever sends messages.
     *
     * @throws org.metermint.vending.refusal.RefusedException if there is no such sale, it has no tokens, no phone is
     *     registered, or the day's number is reached
     */
    Sale resend(ClientIdentity client, UUID sale);
}
