package org.metermint.vending.sale;

import java.util.Optional;
import java.util.UUID;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.vendor.ClientIdentity;

/**
 * Takes sales with tokens back in the books. A token that left cannot be taken back, so that no till can do this: one
 * person asks, another of the utility's finance decides, and the ground is told. A sale without tokens was booked back
 * by the desk already.
 */
public interface Reversals {
    /**
     * Asks for it. The same again gives the request that stands.
     *
     * @param by a supervisor of the sale's vendor, or finance
     * @param reason 1 to 200 characters
     * @throws org.metermint.vending.refusal.RefusedException if there is no such sale, it has no tokens, or another
     *     request for it stands
     */
    Reversal request(ClientIdentity by, UUID sale, Reversal.Basis basis, String reason);

    /**
     * Books the sale back.
     *
     * @param by finance, and neither who asked nor of the sale's vendor
     * @throws org.metermint.vending.refusal.RefusedException if nothing was asked for, or it was decided otherwise
     */
    Reversal approve(ClientIdentity by, UUID sale);

    /** Decides against it; it may be asked for again. */
    Reversal reject(ClientIdentity by, UUID sale);

    /** The last request for a sale, whatever was decided. */
    Optional<Reversal> find(UtilityId utility, UUID sale);
}
