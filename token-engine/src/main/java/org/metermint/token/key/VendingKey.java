package org.metermint.token.key;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;
import org.metermint.token.cipher.Ea09;

/**
 * VUDK, VDDK, VCDK: the key of a supply group, from which the keys of all its meters come (IEC 62055-41, VendingKey). It
 * has 64 bits for DKGA01 and DKGA02, 128 for DKGA03, 160 for DKGA04.
 *
 * <p>A secret: whoever has it can mint tokens for every meter of the group. It is not printed, its octets come out only
 * as copies through {@link #clearOctets}, it compares in constant time, and {@link #destroy} overwrites it.
 */
public final class VendingKey implements Destroyable {
    private final byte[] octets;
    private volatile boolean destroyed;

    private VendingKey(byte[] octets) {
        this.octets = octets;
    }

    /**
     * The key with the given octets, which are copied.
     *
     * @throws IllegalArgumentException if they are not 8, 16 or 20, or if one of 8 has even parity: keys of DES carry
     *     odd parity, and the public sources disagree about what DKGA02 makes of others. The message shows no octet.
     */
    public static VendingKey of(byte[] octets) {
        int length = octets.length;
        if (length != 8 && length != 16 && length != 20) {
            throw new IllegalArgumentException(
                    "vending key has " + length + " octets; it needs 8 (DKGA01, DKGA02), 16 (DKGA03) or 20 (DKGA04)");
        }
        if (length == 8) {
            requireOddParity(octets);
        }
        return new VendingKey(octets.clone());
    }

    /**
     * Reads 16, 32 or 40 hexadecimal digits.
     *
     * @throws IllegalArgumentException as {@link #of}, or if a character is no such digit; the message shows neither
     */
    public static VendingKey parseHex(String hex) {
        byte[] octets = Hex.parse("vending key", hex, 16, 32, 40);
        try {
            return of(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static void requireOddParity(byte[] octets) {
        for (int i = 0; i < octets.length; i++) {
            if (Integer.bitCount(octets[i] & 0xFF) % 2 == 0) {
                throw new IllegalArgumentException("vending key octet " + i + " (of 0.." + (octets.length - 1)
                        + ") has even parity; every octet of a 64-bit vending key must have odd parity:"
                        + " compare it with what the key's issuer gave out");
            }
        }
    }

    /** Length in bits: 64, 128 or 160. */
    public int bits() {
        return octets.length * 8;
    }

    /**
     * The octets in clear, as a copy that the caller overwrites after use.
     *
     * @throws IllegalStateException if the key is destroyed
     */
    public byte[] clearOctets() {
        byte[] copy = octets.clone();
        requireUsable();
        return copy;
    }

    /**
     * Six hexadecimal digits in upper case that tell keys apart and may be shown to anyone: the first octets of what the
     * key makes of nothing, by DES (64 bits) or triple DES (128 bits) of a block of zeros, or by HMAC-SHA-256 (160 bits)
     * of an empty message.
     *
     * @throws IllegalStateException if the key is destroyed
     */
    public String checkValue() {
        long first = switch (bits()) {
            case 64 -> new Ea09(longAt(0)).encrypt(0);
            case 128 -> new TripleDes(longAt(0), longAt(8)).encrypt(0);
            default -> HmacSha256.ofNothing(this);
        };
        return HexFormat.of().withUpperCase().toHexDigits(first >>> 40, 6);
    }

    /** The eight octets from an offset on. */
    long longAt(int offset) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (octets[offset + i] & 0xFF);
        }
        requireUsable();
        return value;
    }

    private void requireUsable() {
        if (destroyed) {
            throw new IllegalStateException("the vending key is destroyed");
        }
    }

    /** Overwrites the key with zeros; from then on it refuses all use. */
    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** Whether the other is the same key, in a time that depends on their lengths only; a destroyed key equals itself. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof VendingKey that
                        && !destroyed
                        && !that.destroyed
                        && MessageDigest.isEqual(octets, that.octets));
    }

    /** The same for all keys of a length: a hash of the octets would be a part of the secret. */
    @Override
    public int hashCode() {
        return octets.length;
    }

    @Override
    public String toString() {
        return "VendingKey[" + bits() + " secret bits]";
    }
}
