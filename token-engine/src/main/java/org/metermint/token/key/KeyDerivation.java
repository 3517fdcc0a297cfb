package org.metermint.token.key;

import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.cipher.Ea09;

/**
 * DKGA: how the key of one meter comes from the vending key of its supply group (IEC 62055-41, DecoderKey generation
 * algorithms). Which one holds for a supply group follows from its vending key; {@link #DKGA04} is the one for anything
 * new.
 *
 * <p>A derivation on its own needs only {@link #derive}. Whoever derives a key for every token uses a
 * {@link Dkga04Deriver} per thread, which allocates nothing.
 */
public enum KeyDerivation {
    /**
     * DES of the vending key under PANBlock xor CONTROLBlock, xor the vending key. For meters of the very first ranges
     * only: issuer number 600727, key revision 1. Legacy; no published token proves it.
     */
    DKGA01(1, 64, EncryptionAlgorithm.EA09, true) {
        @Override
        long derive64(VendingKey vendingKey, long data) {
            return new Ea09(data).encrypt(vendingKey.longAt(0)) ^ vendingKey.longAt(0);
        }
    },
    /** DES of PANBlock xor CONTROLBlock under the vending key, xor both: the keys of Edition 1 supply groups. */
    DKGA02(2, 64, EncryptionAlgorithm.EA09, false) {
        @Override
        long derive64(VendingKey vendingKey, long data) {
            return new Ea09(vendingKey.longAt(0)).encrypt(data) ^ data ^ vendingKey.longAt(0);
        }
    },
    /**
     * Triple DES of PANBlock xor CONTROLBlock under a vending key of two DES keys, xor that data. Legacy: withdrawn by
     * the third edition of the standard; no published token proves it.
     */
    DKGA03(3, 128, EncryptionAlgorithm.EA09, true) {
        @Override
        long derive64(VendingKey vendingKey, long data) {
            return new TripleDes(vendingKey.longAt(0), vendingKey.longAt(8)).encrypt(data) ^ data;
        }
    },
    /** HMAC-SHA-256 over all that names the key, the base date included: the keys of Edition 2. */
    DKGA04(4, 160, EncryptionAlgorithm.EA11, false) {
        @Override
        public DecoderKey derive(VendingKey vendingKey, DecoderKeyIdentity identity) {
            Dkga04Deriver deriver = new Dkga04Deriver(vendingKey);
            try {
                return deriver.derive(identity);
            } finally {
                deriver.destroy();
            }
        }
    };

    private final int number;
    private final int vendingKeyBits;
    private final EncryptionAlgorithm besidesEa07;
    private final boolean legacy;

    KeyDerivation(int number, int vendingKeyBits, EncryptionAlgorithm besidesEa07, boolean legacy) {
        this.number = number;
        this.vendingKeyBits = vendingKeyBits;
        this.besidesEa07 = besidesEa07;
        this.legacy = legacy;
    }

    /**
     * The algorithm with the given number.
     *
     * @throws IllegalArgumentException if the number is outside 1..4
     */
    public static KeyDerivation ofNumber(int number) {
        for (KeyDerivation derivation : values()) {
            if (derivation.number == number) {
                return derivation;
            }
        }
        throw new IllegalArgumentException("key derivation " + number + " is outside 1..4");
    }

    /** The number: 1..4. */
    public int number() {
        return number;
    }

    /** Length of the vending keys that this algorithm works with: 64, 128 or 160 bits. */
    public int vendingKeyBits() {
        return vendingKeyBits;
    }

    /** Whether keys for this cipher come from this algorithm. */
    public boolean allows(EncryptionAlgorithm algorithm) {
        return algorithm == EncryptionAlgorithm.EA07 || algorithm == besidesEa07;
    }

    /** Whether nothing may choose this algorithm on its own; it is used only where an operator names it. */
    public boolean isLegacy() {
        return legacy;
    }

    /**
     * The key of a meter.
     *
     * @throws IllegalArgumentException if the vending key has another length than this algorithm needs, if the cipher's
     *     keys do not come from this algorithm, if the key is an initialisation key, or if it is a common key and this
     *     is DKGA04 (see {@link Dkga04Deriver#withUnprovenCommonKeys})
     * @throws IllegalStateException if the vending key is destroyed
     */
    public DecoderKey derive(VendingKey vendingKey, DecoderKeyIdentity identity) {
        requireVendingKey(vendingKey);
        requireDerivable(identity);
        long data = KeyBlocks.panBlock(identity.pan(), identity.type())
                ^ KeyBlocks.controlBlock(
                        identity.type(), identity.supplyGroup(), identity.tariffIndex(), identity.revision());
        return DecoderKey.of(identity.algorithm(), 0, derive64(vendingKey, data));
    }

    long derive64(VendingKey vendingKey, long data) {
        throw new UnsupportedOperationException(this + " does not work on one block");
    }

    void requireVendingKey(VendingKey vendingKey) {
        if (vendingKey.bits() != vendingKeyBits) {
            throw new IllegalArgumentException(
                    this + " needs a vending key of " + vendingKeyBits + " bits; this one has " + vendingKey.bits());
        }
    }

    void requireDerivable(DecoderKeyIdentity identity) {
        if (!allows(identity.algorithm())) {
            throw new IllegalArgumentException("a key for " + identity.algorithm() + " does not come from " + this
                    + (identity.algorithm() == EncryptionAlgorithm.EA11
                            ? "; EA11 needs DKGA04"
                            : "; EA07 and " + besidesEa07 + " do"));
        }
        KeyBlocks.requireDerived(identity.type());
    }
}
