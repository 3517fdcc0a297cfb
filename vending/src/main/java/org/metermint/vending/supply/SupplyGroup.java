package org.metermint.vending.supply;

import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * Meters that share vending keys, and the key that they shall be on now.
 *
 * @param code SGC
 * @param name 1 to 120 characters
 * @param revision KRN of the current key
 * @param type KT of the current key: DUTK
 * @param service what is delivered
 */
public record SupplyGroup(
        SupplyGroupCode code, String name, KeyRevisionNumber revision, KeyType type, Service service) {
    public SupplyGroup {
        if (name.isBlank() || name.length() > 120) {
            throw new IllegalArgumentException(
                    "name of supply group " + code.digits() + " has " + name.length() + " characters; it needs 1..120");
        }
        if (type != KeyType.DUTK) {
            throw new IllegalArgumentException("key type " + type + " of supply group " + code.digits()
                    + " sells no numeric credit; meters are vended to under DUTK, a unique key");
        }
    }
}
