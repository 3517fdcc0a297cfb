package org.metermint.secure.internal;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM under one key, with random nonces of 96 bits: good for some four thousand million messages before two of
 * them are likely enough to share a nonce to worry about (NIST SP 800-38D, 8.3).
 */
public final class Aead {
    public static final int NONCE = 12;
    public static final int TAG = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /** Takes a copy of the 32 octets of the key. */
    public Aead(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    public byte[] newNonce() {
        return randomOctets(NONCE);
    }

    public static byte[] randomOctets(int count) {
        byte[] octets = new byte[count];
        RANDOM.nextBytes(octets);
        return octets;
    }

    /** Encrypts; the result is longer by a tag. The nonce must be new. */
    public byte[] seal(byte[] nonce, byte[] associated, byte[] plain) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, nonce, associated).doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is part of this Java platform", e);
        }
    }

    /** Decrypts, or returns null if key, nonce, associated data or ciphertext are not those of the sealing. */
    public byte @Nullable [] open(byte[] nonce, byte[] associated, byte[] sealed) {
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, associated).doFinal(sealed);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is part of this Java platform", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] associated) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        cipher.updateAAD(associated);
        return cipher;
    }
}
