package org.metermint.secure;

import java.time.Instant;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TokenIdentifier;

/**
 * What may be known of a vending key. Supply group, revision and type name it.
 *
 * @param activeFrom the first instant at which tokens may be issued under it
 * @param keyCheckValue six hexadecimal digits that tell keys apart and give nothing of the key away
 * @param testOnly whether it is one of the public test keys, which everybody knows; must show wherever its tokens do
 */
public record VendingKeyInfo(
        SupplyGroupCode supplyGroup,
        KeyRevisionNumber revision,
        KeyType type,
        BaseDate baseDate,
        KeyExpiryNumber expiry,
        Instant activeFrom,
        KeyGeneration algorithm,
        String keyCheckValue,
        boolean testOnly) {

    /** The end of the last minute in which tokens may be issued under this key. */
    public Instant expiresAt() {
        return new TokenIdentifier(expiry.value() << 16 | 0xFFFF).time(baseDate).plusSeconds(60);
    }
}
