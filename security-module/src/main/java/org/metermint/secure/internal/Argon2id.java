package org.metermint.secure.internal;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id of RFC 9106, version 1.3, on one lane: what makes guessing a passphrase slow. */
public final class Argon2id {
    private Argon2id() {}

    /** Random octets. */
    public static byte[] newSalt(int octets) {
        return Aead.randomOctets(octets);
    }

    /** The hash of a secret, in an array that the caller wipes if it is a key. */
    public static byte[] hash(char[] secret, byte[] salt, int memoryKibibytes, int iterations, int octets) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withIterations(iterations)
                .withMemoryAsKB(memoryKibibytes)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[octets];
        generator.generateBytes(secret, hash);
        return hash;
    }
}
