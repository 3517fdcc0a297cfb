package org.metermint.secure.internal.record;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, of which the chain of the record is made. */
public final class Sha256 {
    /** Octets of a hash. */
    public static final int OCTETS = 32;

    private Sha256() {}

    /** A new computation. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hash of some parts, one after the other. */
    public static byte[] of(byte[]... parts) {
        MessageDigest digest = begin();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }
}
