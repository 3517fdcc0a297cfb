package org.metermint.token.key;

import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;

/**
 * All that, besides the vending key, decides what a decoder key is. Nothing of it is secret.
 *
 * @param pan the meter
 * @param algorithm the meter's cipher
 * @param supplyGroup the supply group of the vending key
 * @param tariffIndex the tariff that the meter is sold by
 * @param revision the revision of the vending key
 * @param type what kind of key this is; an initialisation key (DITK) is never derived
 * @param baseDate the base date of the vending key; only DKGA04 makes it a part of the key
 */
public record DecoderKeyIdentity(
        MeterPan pan,
        EncryptionAlgorithm algorithm,
        SupplyGroupCode supplyGroup,
        TariffIndex tariffIndex,
        KeyRevisionNumber revision,
        KeyType type,
        BaseDate baseDate) {}
