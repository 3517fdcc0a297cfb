package org.metermint.token.key;

import java.util.List;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * The vending keys of the public compliance tests of STS. TEST ONLY: everybody knows them, so everybody can mint tokens
 * for a meter that has a key of theirs. They prove an implementation and serve demonstrations. Whatever is made with
 * them must say so, and a system in production must refuse them however they came in: {@link #contains}.
 */
public final class TestOnlyVendingKeys {
    private static final String EDITION_1 = "ABABABABABABABAB";
    private static final String EDITION_1_SECOND = "9494949494949494";
    private static final String EDITION_2 = "ABABABABABABABAB949494949494949401234567";
    private static final String EDITION_2_SWAPPED = "9494949494949494ABABABABABABABAB01234567";

    private static final int NEVER = 255;

    private TestOnlyVendingKeys() {}

    /**
     * A supply group of the compliance tests; all its keys are unique keys.
     *
     * @param supplyGroup its code
     * @param revision the revision of the key
     * @param type what is derived from the key
     * @param baseDate the base date of the key
     * @param expiry until when tokens may be issued under the key
     * @param derivation how the keys of meters come from it
     * @param key a TEST ONLY key, the caller's own copy
     */
    public record Entry(
            SupplyGroupCode supplyGroup,
            KeyRevisionNumber revision,
            KeyType type,
            BaseDate baseDate,
            KeyExpiryNumber expiry,
            KeyDerivation derivation,
            VendingKey key) {}

    /** The 64-bit key of Edition 1. */
    public static VendingKey edition1() {
        return VendingKey.parseHex(EDITION_1);
    }

    /** The 160-bit key of Edition 2. */
    public static VendingKey edition2() {
        return VendingKey.parseHex(EDITION_2);
    }

    /** Every supply group of the compliance tests, of today's edition first, with its keys by rising revision. */
    public static List<Entry> entries() {
        return List.of(
                edition2(201457, 1, BaseDate.BASE_2014, NEVER, EDITION_2),
                edition2(201457, 2, BaseDate.BASE_2014, NEVER, EDITION_2),
                edition2(201457, 3, BaseDate.BASE_2014, NEVER, EDITION_2),
                edition2(201457, 4, BaseDate.BASE_2014, 170, EDITION_2),
                edition2(201457, 5, BaseDate.BASE_2014, NEVER, EDITION_2),
                edition2(203557, 6, BaseDate.BASE_2035, NEVER, EDITION_2),
                edition2(201460, 7, BaseDate.BASE_2014, 85, EDITION_2),
                edition2(201461, 8, BaseDate.BASE_2014, NEVER, EDITION_2),
                edition2(201462, 1, BaseDate.BASE_2014, NEVER, EDITION_2_SWAPPED),
                edition2(123457, 1, BaseDate.BASE_1993, NEVER, EDITION_2),
                edition2(123457, 4, BaseDate.BASE_2014, NEVER, EDITION_2),
                edition2(123457, 5, BaseDate.BASE_2035, NEVER, EDITION_2),
                edition2(123461, 1, BaseDate.BASE_1993, NEVER, EDITION_2),
                edition1(123456, EDITION_1),
                edition1(888888, EDITION_1_SECOND));
    }

    private static Entry edition2(int supplyGroup, int revision, BaseDate baseDate, int expiry, String key) {
        return entry(supplyGroup, revision, baseDate, expiry, KeyDerivation.DKGA04, key);
    }

    private static Entry edition1(int supplyGroup, String key) {
        return entry(supplyGroup, 1, BaseDate.BASE_1993, NEVER, KeyDerivation.DKGA02, key);
    }

    private static Entry entry(
            int supplyGroup, int revision, BaseDate baseDate, int expiry, KeyDerivation derivation, String key) {
        return new Entry(
                new SupplyGroupCode(supplyGroup),
                new KeyRevisionNumber(revision),
                KeyType.DUTK,
                baseDate,
                new KeyExpiryNumber(expiry),
                derivation,
                VendingKey.parseHex(key));
    }

    /** Whether a key is one of the public test keys, for whatever supply group it was entered. */
    public static boolean contains(VendingKey key) {
        boolean found = false;
        for (String hex : List.of(EDITION_1, EDITION_1_SECOND, EDITION_2, EDITION_2_SWAPPED)) {
            found |= VendingKey.parseHex(hex).equals(key);
        }
        return found;
    }
}
