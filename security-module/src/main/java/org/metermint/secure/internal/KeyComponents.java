package org.metermint.secure.internal;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModuleException;
import org.metermint.token.key.VendingKey;

/**
 * The components of a vending key, whose exclusive or is the key: each alone tells nothing of it.
 *
 * <p>A key of DKGA02 is one of DES, whose octets carry odd parity in their lowest bit. Two components of odd parity make
 * octets of even parity, which is no error: DES does not look at the bit, and it is set right.
 */
final class KeyComponents {
    /** Weak and semi-weak keys of DES (NIST SP 800-67, 3.3.2): encrypting twice, under one or two of them, changes nothing. */
    private static final List<String> WEAK = List.of(
            "0101010101010101",
            "FEFEFEFEFEFEFEFE",
            "E0E0E0E0F1F1F1F1",
            "1F1F1F1F0E0E0E0E",
            "011F011F010E010E",
            "1F011F010E010E01",
            "01E001E001F101F1",
            "E001E001F101F101",
            "01FE01FE01FE01FE",
            "FE01FE01FE01FE01",
            "1FE01FE00EF10EF1",
            "E01FE01FF10EF10E",
            "1FFE1FFE0EFE0EFE",
            "FE1FFE1FFE0EFE0E",
            "E0FEE0FEF1FEF1FE",
            "FEE0FEE0FEF1FEF1");

    private KeyComponents() {}

    /** Six hexadecimal digits, computed as of a vending key of that length, whatever the parity. */
    static String checkValue(byte[] component) {
        byte[] octets = component.clone();
        if (octets.length == KeyGeneration.DKGA02.keyOctets()) {
            setOddParity(octets);
        }
        VendingKey key = VendingKey.of(octets);
        Arrays.fill(octets, (byte) 0);
        try {
            return key.checkValue();
        } finally {
            key.destroy();
        }
    }

    /** Whether it is nothing but zeros, parity aside. */
    static boolean isZero(KeyGeneration algorithm, byte[] octets) {
        int found = 0;
        for (byte octet : octets) {
            found |= octet & mask(algorithm);
        }
        return found == 0;
    }

    /** Whether two are the same, parity aside; takes the same time whatever the answer. */
    static boolean areSame(KeyGeneration algorithm, byte[] one, byte[] other) {
        int difference = one.length ^ other.length;
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            difference |= (one[i] ^ other[i]) & mask(algorithm);
        }
        return difference == 0;
    }

    private static int mask(KeyGeneration algorithm) {
        return algorithm == KeyGeneration.DKGA02 ? 0xFE : 0xFF;
    }

    /**
     * The key, for the caller to wipe.
     *
     * @throws SecurityModuleException of kind NOT_PERMITTED if it is none: of mixed parity, all zeros, or a weak key of DES
     */
    static byte[] combine(KeyGeneration algorithm, List<byte[]> components) throws SecurityModuleException {
        byte[] key = new byte[algorithm.keyOctets()];
        for (byte[] component : components) {
            for (int i = 0; i < key.length; i++) {
                key[i] ^= component[i];
            }
        }
        try {
            if (isZero(algorithm, key)) {
                throw Policy.notPermitted("the components make a key of zeros" + REMEDY);
            }
            if (algorithm == KeyGeneration.DKGA02) {
                adjustParity(key);
                refuseWeak(key);
            }
            return key;
        } catch (SecurityModuleException | RuntimeException e) {
            Arrays.fill(key, (byte) 0);
            throw e;
        }
    }

    private static final String REMEDY = "; the last one was not taken: compare its sheet with the others, and if it is"
            + " the right one abandon the ceremony and ask for new components";

    private static void adjustParity(byte[] key) throws SecurityModuleException {
        int odd = 0;
        for (byte octet : key) {
            odd += Integer.bitCount(octet & 0xFF) % 2;
        }
        if (odd != 0 && odd != key.length) {
            throw Policy.notPermitted("the components make a key of which " + odd + " of " + key.length
                    + " octets have odd parity, and all or none must" + REMEDY);
        }
        setOddParity(key);
    }

    private static void setOddParity(byte[] key) {
        for (int i = 0; i < key.length; i++) {
            if (Integer.bitCount(key[i] & 0xFF) % 2 == 0) {
                key[i] ^= 1;
            }
        }
    }

    private static void refuseWeak(byte[] key) throws SecurityModuleException {
        boolean weak = false;
        for (String one : WEAK) {
            weak |= areSame(KeyGeneration.DKGA02, HexFormat.of().parseHex(one), key);
        }
        if (weak) {
            throw Policy.notPermitted("the components make one of the sixteen weak keys of DES" + REMEDY);
        }
    }
}
