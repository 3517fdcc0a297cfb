package org.metermint.vending.vendor;

import java.util.Arrays;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;

/**
 * A client whose credential was checked: the program at a till, an agent's phone, a gateway, or one of the utility's
 * own offices.
 *
 * @param clientId unique in the installation; the first half of a sale's identity
 * @param vendorCode whose float the client's sales are booked on
 * @param role what the client may do beside selling
 */
public record ClientIdentity(UtilityId utility, String clientId, String vendorCode, Role role) {
    /** A client that sells and no more. */
    public ClientIdentity(UtilityId utility, String clientId, String vendorCode) {
        this(utility, clientId, vendorCode, Role.SELLER);
    }

    /**
     * Lets only some roles pass.
     *
     * @throws RefusedException if this client has none of them
     */
    public void require(Role... allowed) {
        if (!Arrays.asList(allowed).contains(role)) {
            throw new RefusedException(
                    RefusalCode.ROLE_NOT_ALLOWED,
                    "the client has the role " + role + "; this needs " + Arrays.toString(allowed));
        }
    }

    /**
     * Lets pass who may see the affairs of a vendor: its own clients, and those who see every vendor.
     *
     * @throws RefusedException as if there were no such vendor
     */
    public void requireSightOf(String vendor) {
        if ((role == Role.SELLER || role == Role.SUPERVISOR) && !vendor.equals(vendorCode)) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "this utility has no such vendor");
        }
    }

    /**
     * Lets pass only who does not belong to a vendor: nobody decides about his own float.
     *
     * @throws RefusedException if the client is the vendor's
     */
    public void requireOther(String vendor) {
        if (vendor.equals(vendorCode)) {
            throw new RefusedException(
                    RefusalCode.SECOND_PERSON_NEEDED, "the client belongs to the vendor that this is about");
        }
    }
}
