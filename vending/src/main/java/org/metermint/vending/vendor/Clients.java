package org.metermint.vending.vendor;

import java.util.List;
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
     * Makes a client that sells for a vendor, and the vendor if it is new: then it is a counter of the utility's own, with
     * no limit. {@link Vendors#register} makes a vendor with terms.
     *
     * @param clientId 1..64 of a-z, 0-9, '.', '_' and '-'
     * @param vendorCode 1..32 of a-z, 0-9 and '-'
     * @throws org.metermint.vending.refusal.RefusedException if the client id is taken, in this utility or another
     */
    ClientSecret create(UtilityId utility, String clientId, String vendorCode);

    /**
     * Makes a client in a role. Whoever calls this says who may do what: see {@code docs/operating/vendors.md}.
     *
     * @param vendorCode an existing vendor, or a new one, which is a counter of the utility's own without a limit
     * @param terminal what the device at the other end is called, 1 to 32 characters
     * @throws org.metermint.vending.refusal.RefusedException if the client id is taken, or the vendor may have one
     *     client only and has one
     */
    ClientSecret create(UtilityId utility, String clientId, String vendorCode, Role role, Optional<String> terminal);

    /** The clients of a vendor, by id, disabled ones too. */
    List<Client> of(UtilityId utility, String vendorCode);

    /** The client of an id, also if it is disabled. */
    Optional<Client> find(UtilityId utility, String clientId);

    /** Gives a client a new secret; the old one is worth nothing from then on. */
    ClientSecret renew(UtilityId utility, String clientId);

    /** Ends a client's access. */
    void disable(UtilityId utility, String clientId);

    /**
     * The identity behind a credential, if it is right. A credential that was right is taken for right for five seconds
     * more without a look at the database: as long it can go on to sell when another process took it away.
     */
    Optional<ClientIdentity> authenticate(String clientId, String secret);
}
