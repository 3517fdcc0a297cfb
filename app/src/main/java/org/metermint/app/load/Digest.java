package org.metermint.app.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The first 128 bits of SHA-256 over the octets last read. */
final class Digest {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha256;
    private long high;
    private long low;

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void read(byte[] octets, int length) {
        sha256.update(octets, 0, length);
        byte[] hash = sha256.digest();
        high = (long) LONGS.get(hash, 0);
        low = (long) LONGS.get(hash, 8);
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }
}
