package org.metermint.meter;

import java.util.Set;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.PowerLimit;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;

/**
 * How a meter stands. It holds what is known of the decoder key, not the key.
 *
 * @param balance the credit
 * @param consumed all that ever went to the load
 * @param openReasons why the switch is open; empty if it is closed
 * @param tampered whether tamper was detected and not cleared
 * @param powerLimit the power above which the switch opens
 * @param unbalanceLimit the unbalance between phases that is allowed
 * @param load the power that the load takes now
 * @param supplyGroup of the decoder key
 * @param revision of the decoder key
 * @param keyType of the decoder key
 * @param tariffIndex of the decoder key
 * @param keyExpiry of the decoder key
 * @param keyChangeSections which tokens of a key change set are kept, 1 to 4; empty if none is begun
 */
public record MeterStatus(
        Credit balance,
        Quantity consumed,
        Set<OpenReason> openReasons,
        boolean tampered,
        PowerLimit powerLimit,
        PowerLimit unbalanceLimit,
        long load,
        SupplyGroupCode supplyGroup,
        KeyRevisionNumber revision,
        KeyType keyType,
        TariffIndex tariffIndex,
        KeyExpiryNumber keyExpiry,
        Set<Integer> keyChangeSections) {
    public MeterStatus {
        openReasons = Set.copyOf(openReasons);
        keyChangeSections = Set.copyOf(keyChangeSections);
    }

    /** Whether the load switch is closed, so that the load is supplied. */
    public boolean switchClosed() {
        return openReasons.isEmpty();
    }
}
