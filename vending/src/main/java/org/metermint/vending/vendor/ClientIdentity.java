package org.metermint.vending.vendor;

import org.metermint.vending.database.UtilityId;

/**
 * A client whose credential was checked: the program at a till, an agent's phone, a gateway.
 *
 * @param clientId unique in the installation; the first half of a sale's identity
 * @param vendorCode whose float the client's sales are booked on
 */
public record ClientIdentity(UtilityId utility, String clientId, String vendorCode) {}
