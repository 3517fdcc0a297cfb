package org.metermint.secure;

import java.time.Instant;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * What comes with a vending key when it is imported, as the key management centre states it.
 *
 * @param type of the decoder keys derived from it: 1 for a default (VDDK), 2 for a unique (VUDK), 3 for a common
 *     vending key (VCDK)
 * @param expiry the last step of the token identifier for which it is good
 * @param activeFrom the first instant at which tokens may be issued under it
 */
public record VendingKeyFacts(
        SupplyGroupCode supplyGroup,
        KeyRevisionNumber revision,
        KeyType type,
        BaseDate baseDate,
        KeyExpiryNumber expiry,
        Instant activeFrom,
        KeyGeneration algorithm) {
    public VendingKeyFacts {
        if (type == KeyType.DITK) {
            throw new IllegalArgumentException("key type 0 (DITK) is no type of vending key; it must be 1, 2 or 3");
        }
    }
}
