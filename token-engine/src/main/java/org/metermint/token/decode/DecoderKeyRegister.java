package org.metermint.token.decode;

import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.key.DecoderKey;

/**
 * DKR: the decoder key that a meter holds, and what is known of it (IEC 62055-41, DecoderKeyRegister).
 *
 * @param key the key; a secret
 * @param type its type
 * @param expiry until which token identifier it is good
 * @param revision the revision of the vending key that it comes from
 * @param tariffIndex the tariff index that it was derived with
 * @param supplyGroup the supply group; a key change that does not carry one leaves it as it was
 */
public record DecoderKeyRegister(
        DecoderKey key,
        KeyType type,
        KeyExpiryNumber expiry,
        KeyRevisionNumber revision,
        TariffIndex tariffIndex,
        SupplyGroupCode supplyGroup) {}
