package org.metermint.token.key;

import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;

/** The two blocks of 16 digits, four bits each, that DKGA01 to DKGA03 work on (IEC 62055-41, PANBlock, CONTROLBlock). */
public final class KeyBlocks {
    private KeyBlocks() {}

    /**
     * PANBlock: the last 16 digits of issuer number and meter number. For a common key the digits of the meter number are
     * zeros, so that the key is the same for every meter of the supply group.
     *
     * @throws IllegalArgumentException for an initialisation key, which is never derived
     */
    public static long panBlock(MeterPan pan, KeyType type) {
        requireDerived(type);
        String iin = pan.iin();
        String drn = pan.drn().digits();
        String digits = iin.substring(1) + (type == KeyType.DCTK ? "0".repeat(drn.length()) : drn);
        return Long.parseUnsignedLong(digits, 16);
    }

    /**
     * CONTROLBlock: key type, supply group code, tariff index and key revision number, then six digits F.
     *
     * @throws IllegalArgumentException for an initialisation key, which is never derived
     */
    public static long controlBlock(
            KeyType type, SupplyGroupCode supplyGroup, TariffIndex tariffIndex, KeyRevisionNumber revision) {
        requireDerived(type);
        String digits = type.number() + supplyGroup.digits() + tariffIndex.digits() + revision.value() + "FFFFFF";
        return Long.parseUnsignedLong(digits, 16);
    }

    static void requireDerived(KeyType type) {
        if (type == KeyType.DITK) {
            throw new IllegalArgumentException(
                    "key type 0 (DITK) is chosen by the maker of the meter and never derived; key type must be 1, 2 or 3");
        }
    }
}
