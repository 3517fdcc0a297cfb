package org.metermint.token.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104) of short messages under one vending key, without a look-up of providers and without
 * allocation for each: the padded key stands before the message in one buffer, and before the inner digest in another.
 * Holds the key; not for use by several threads at once.
 */
final class HmacSha256 {
    private static final MessageDigest PROTOTYPE = prototype();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int BLOCK = 64;
    static final int DIGEST = 32;

    private final MessageDigest sha256;
    private final byte[] inner;
    private final byte[] outer;

    private HmacSha256(byte[] key, int messageLength) {
        try {
            this.sha256 = (MessageDigest) PROTOTYPE.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 cannot be copied", e);
        }
        this.inner = new byte[BLOCK + messageLength];
        this.outer = new byte[BLOCK + DIGEST];
        for (int i = 0; i < BLOCK; i++) {
            int octet = i < key.length ? key[i] : 0;
            inner[i] = (byte) (octet ^ 0x36);
            outer[i] = (byte) (octet ^ 0x5C);
        }
    }

    private static MessageDigest prototype() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** For messages of so many octets, under a key that is copied. */
    static HmacSha256 of(VendingKey key, int messageLength) {
        byte[] octets = key.clearOctets();
        try {
            return new HmacSha256(octets, messageLength);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /** The first eight octets of the code of the empty message. */
    static long ofNothing(VendingKey key) {
        HmacSha256 hmac = of(key, 0);
        hmac.compute();
        long first = hmac.first();
        hmac.destroy();
        return first;
    }

    /** Where the message is to be written: in this array, from {@link #messageOffset} on. */
    byte[] message() {
        return inner;
    }

    static int messageOffset() {
        return BLOCK;
    }

    /** Computes the code of the message as it now stands. */
    void compute() {
        try {
            sha256.update(inner);
            sha256.digest(outer, BLOCK, DIGEST);
            sha256.update(outer);
            sha256.digest(outer, BLOCK, DIGEST);
        } catch (DigestException e) {
            throw new IllegalStateException("the buffer holds a digest", e);
        }
    }

    /** Octets 0 to 7 of the code that was computed last. */
    long first() {
        return (long) LONGS.get(outer, BLOCK);
    }

    /** Octets 8 to 15 of the code that was computed last. */
    long second() {
        return (long) LONGS.get(outer, BLOCK + Long.BYTES);
    }

    /** Overwrites the key. */
    void destroy() {
        Arrays.fill(inner, (byte) 0);
        Arrays.fill(outer, (byte) 0);
    }
}
