package org.metermint.vending.vendor;

import java.util.Optional;
import org.metermint.vending.database.UtilityId;

/**
 * Machine credentials: an id and a random secret of 256 bits.
 *
 * <p>Only the SHA-256 of the secret is stored. A slow, salted hash protects what people choose; nobody can guess or
 * tabulate 256 random bits, however fast the hash, and a fast one lets every request carry the credential.
 */
public interface Clients {
    /**
     * Makes a client of a vendor, and the vendor if it is new.
     *
     * @param clientId 1..64 of a-z, 0-9, '.', '_' and '-'
     * @param vendorCode 1..32 of a-z, 0-9 and '-'
     * @throws org.metermint.vending.refusal.RefusedException if the client id is taken, in this utility or another
     */
    ClientSecret create(UtilityId utility, String clientId, String vendorCode);

    /** Gives a client a new secret; the old one is worth nothing from then on. */
    ClientSecret renew(UtilityId utility, String clientId);

    /** Ends a client's access. */
    void disable(UtilityId utility, String clientId);

    /** The identity behind a credential, if it is right. */
    Optional<ClientIdentity> authenticate(String clientId, String secret);
}
