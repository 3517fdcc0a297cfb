package org.metermint.secure;

import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;

/**
 * What names the decoder key in a meter. Base date and key expiry number are not among it: they are properties of the
 * vending key that supply group, revision and type point to.
 */
public record MeterKeyState(
        MeterPan pan,
        EncryptionAlgorithm algorithm,
        SupplyGroupCode supplyGroup,
        TariffIndex tariffIndex,
        KeyRevisionNumber revision,
        KeyType type) {}
