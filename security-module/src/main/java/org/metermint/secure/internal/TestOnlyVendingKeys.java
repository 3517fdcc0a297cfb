package org.metermint.secure.internal;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * TEST ONLY: the vending keys with which the published compliance tests are made (STS 531). They are no secret; a token
 * under one of them is worth nothing, and a meter that holds one gives energy away.
 */
final class TestOnlyVendingKeys {
    /** A public key and the facts under which the tests use it. */
    record TestOnlyVendingKey(VendingKeyFacts facts, String publicKey) {
        byte[] octets() {
            return HexFormat.of().parseHex(publicKey);
        }
    }

    private static final String EDITION_1 = "abababababababab";
    private static final String EDITION_1_SECOND = "9494949494949494";
    private static final String EDITION_2 = "abababababababab949494949494949401234567";
    private static final String EDITION_2_SWAPPED = "9494949494949494abababababababab01234567";

    static final List<TestOnlyVendingKey> ALL = List.of(
            key(123456, 1, KeyType.DUTK, BaseDate.BASE_1993, 255, EDITION_1),
            key(888888, 1, KeyType.DUTK, BaseDate.BASE_1993, 255, EDITION_1_SECOND),
            key(123457, 1, KeyType.DUTK, BaseDate.BASE_1993, 255, EDITION_2),
            key(123457, 4, KeyType.DUTK, BaseDate.BASE_2014, 255, EDITION_2),
            key(123457, 5, KeyType.DUTK, BaseDate.BASE_2035, 255, EDITION_2),
            key(201457, 1, KeyType.DDTK, BaseDate.BASE_2014, 255, EDITION_2),
            key(201457, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, EDITION_2),
            key(201457, 2, KeyType.DUTK, BaseDate.BASE_2014, 255, EDITION_2),
            key(201457, 3, KeyType.DUTK, BaseDate.BASE_2014, 255, EDITION_2),
            key(201457, 4, KeyType.DUTK, BaseDate.BASE_2014, 170, EDITION_2),
            key(201457, 5, KeyType.DUTK, BaseDate.BASE_2014, 255, EDITION_2),
            key(203557, 6, KeyType.DUTK, BaseDate.BASE_2035, 255, EDITION_2),
            key(201460, 7, KeyType.DUTK, BaseDate.BASE_2014, 85, EDITION_2),
            key(201461, 8, KeyType.DUTK, BaseDate.BASE_2014, 255, EDITION_2),
            key(201462, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, EDITION_2_SWAPPED));

    private TestOnlyVendingKeys() {}

    private static TestOnlyVendingKey key(
            int supplyGroup, int revision, KeyType type, BaseDate base, int expiry, String publicKey) {
        KeyGeneration algorithm = publicKey.length() == 16 ? KeyGeneration.DKGA02 : KeyGeneration.DKGA04;
        Instant activeFrom = base.start();
        return new TestOnlyVendingKey(
                new VendingKeyFacts(
                        new SupplyGroupCode(supplyGroup),
                        new KeyRevisionNumber(revision),
                        type,
                        base,
                        new KeyExpiryNumber(expiry),
                        activeFrom,
                        algorithm),
                publicKey);
    }

    /** Whether a key is one that everybody knows. */
    static boolean include(byte[] key) {
        return Stream.of(EDITION_1, EDITION_1_SECOND, EDITION_2, EDITION_2_SWAPPED)
                .anyMatch(known -> MessageDigest.isEqual(HexFormat.of().parseHex(known), key));
    }
}
