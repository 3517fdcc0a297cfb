package org.metermint.token.cipher;

/**
 * A cipher with its key: turns the 64-bit block of a token into another and back (IEC 62055-41, EncryptionAlgorithm).
 * A block is the eight octets of the token, the first of them in the most significant bits; there is no chaining and no
 * padding.
 *
 * <p>Implementations are immutable and may be used by any number of threads. They hold a key: their
 * {@code toString} says which cipher it is, nothing else.
 */
public interface BlockCipher {
    /** The encrypted block. */
    long encrypt(long block);

    /** The block that {@link #encrypt} turned into this one. */
    long decrypt(long block);
}
