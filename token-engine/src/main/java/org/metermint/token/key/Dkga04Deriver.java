package org.metermint.token.key;

import javax.security.auth.Destroyable;

/**
 * DKGA04 for many meters under one vending key: the first bits of HMAC-SHA-256 over a {@link Dkga04Message}.
 *
 * <p><b>Not thread-safe</b>: one for each thread. {@link #compute} allocates nothing; what it found stands in
 * {@link #keyHigh} and {@link #keyLow} until the next call. It holds a copy of the vending key until {@link #destroy}.
 */
public final class Dkga04Deriver implements Destroyable {
    private final HmacSha256 hmac;
    private final boolean commonKeys;
    private long keyHigh;
    private long keyLow;
    private boolean destroyed;

    /**
     * A deriver of default and unique keys.
     *
     * @throws IllegalArgumentException if the vending key has not 160 bits
     * @throws IllegalStateException if the vending key is destroyed
     */
    public Dkga04Deriver(VendingKey vendingKey) {
        this(vendingKey, false);
    }

    private Dkga04Deriver(VendingKey vendingKey, boolean commonKeys) {
        KeyDerivation.DKGA04.requireVendingKey(vendingKey);
        this.hmac = HmacSha256.of(vendingKey, Dkga04Message.LENGTH);
        this.commonKeys = commonKeys;
        Dkga04Message.prepare(hmac.message(), HmacSha256.messageOffset());
    }

    /**
     * A deriver of common keys too. No published token proves what DKGA04 puts in the place of the meter for them: here
     * the issuer number followed by zeros, the check digit among them.
     *
     * @throws IllegalArgumentException if the vending key has not 160 bits
     * @throws IllegalStateException if the vending key is destroyed
     */
    public static Dkga04Deriver withUnprovenCommonKeys(VendingKey vendingKey) {
        return new Dkga04Deriver(vendingKey, true);
    }

    /**
     * The key of a meter.
     *
     * @throws IllegalArgumentException as {@link #compute}
     * @throws IllegalStateException if this deriver is destroyed
     */
    public DecoderKey derive(DecoderKeyIdentity identity) {
        compute(identity);
        return DecoderKey.of(identity.algorithm(), keyHigh, keyLow);
    }

    /**
     * Computes the key of a meter and allocates nothing; read it from {@link #keyHigh} and {@link #keyLow}.
     *
     * @throws IllegalArgumentException if it is an initialisation key, a common key that this deriver was not made for,
     *     or a key for EA09
     * @throws IllegalStateException if this deriver is destroyed
     */
    public void compute(DecoderKeyIdentity identity) {
        if (destroyed) {
            throw new IllegalStateException("the deriver is destroyed");
        }
        Dkga04Message.write(identity, commonKeys, hmac.message(), HmacSha256.messageOffset());
        hmac.compute();
        boolean wide = Dkga04Message.isWide(identity);
        keyHigh = wide ? hmac.first() : 0;
        keyLow = wide ? hmac.second() : hmac.first();
    }

    /** The first 64 of 128 bits of the key computed last; 0 for a key of 64 bits. */
    public long keyHigh() {
        return keyHigh;
    }

    /** The last 64 bits of the key computed last. */
    public long keyLow() {
        return keyLow;
    }

    /** Overwrites the copy of the vending key, and the key computed last, with zeros; from then on it refuses all use. */
    @Override
    public void destroy() {
        destroyed = true;
        hmac.destroy();
        keyHigh = 0;
        keyLow = 0;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "Dkga04Deriver";
    }
}
