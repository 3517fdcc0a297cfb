package org.metermint.secure.pkcs11;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** The octets of an HMAC key on their way into a token. Wiped by {@link #destroy}, and never printed. */
final class HmacKey implements SecretKey {
    private static final long serialVersionUID = 1;

    private final transient byte[] octets;
    private volatile boolean destroyed;

    /** Copies the octets, with zeros behind them up to the length: HMAC makes the same of a key with zeros behind it. */
    HmacKey(byte[] octets, int length) {
        this.octets = Arrays.copyOf(octets, length);
    }

    @Override
    public String getAlgorithm() {
        return "Generic";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return octets.clone();
    }

    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "HmacKey[" + octets.length * 8 + " secret bits]";
    }
}
