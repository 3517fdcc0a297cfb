package org.metermint.vending.meter;

import java.util.Map;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;

/**
 * A meter, and the key that it is recorded to hold.
 *
 * @param supplyGroup SGC of the key in the meter
 * @param revision KRN of the key in the meter
 * @param tariffIndex TI of the key in the meter
 * @param keyType KT of the key in the meter
 * @param keyChangeTokens the largest key change set the meter takes: 2, 3 or 4 tokens
 * @param credit whether its credit is units or money
 * @param lastTokenIdentifiers the last identifier used, by base date; absent where none was
 */
public record Meter(
        MeterPan pan,
        EncryptionAlgorithm algorithm,
        SupplyGroupCode supplyGroup,
        KeyRevisionNumber revision,
        TariffIndex tariffIndex,
        KeyType keyType,
        int keyChangeTokens,
        MeterStatus status,
        Map<BaseDate, TokenIdentifier> lastTokenIdentifiers,
        MeterCredit credit) {
    public Meter {
        lastTokenIdentifiers = Map.copyOf(lastTokenIdentifiers);
        boolean wide = algorithm.keyBits() == 128;
        if (wide ? keyChangeTokens != 4 : keyChangeTokens != 2 && keyChangeTokens != 3) {
            throw new IllegalArgumentException("keyChangeTokens " + keyChangeTokens + " does not fit a key of "
                    + algorithm.keyBits() + " bits, which changes by " + (wide ? "4" : "2 or 3") + " tokens");
        }
    }

    /** A meter that takes units. */
    public Meter(
            MeterPan pan,
            EncryptionAlgorithm algorithm,
            SupplyGroupCode supplyGroup,
            KeyRevisionNumber revision,
            TariffIndex tariffIndex,
            KeyType keyType,
            int keyChangeTokens,
            MeterStatus status,
            Map<BaseDate, TokenIdentifier> lastTokenIdentifiers) {
        this(
                pan,
                algorithm,
                supplyGroup,
                revision,
                tariffIndex,
                keyType,
                keyChangeTokens,
                status,
                lastTokenIdentifiers,
                MeterCredit.UNITS);
    }

    /** The number of key change tokens that a meter of this algorithm takes at least: 4 for a 128-bit key, else 2. */
    public static int usualKeyChangeTokens(EncryptionAlgorithm algorithm) {
        return algorithm.keyBits() == 128 ? 4 : 2;
    }
}
