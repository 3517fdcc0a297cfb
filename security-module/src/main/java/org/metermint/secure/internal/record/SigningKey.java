package org.metermint.secure.internal.record;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * The Ed25519 key pair (RFC 8032) with which a module signs what leaves it for others to verify. The private key never
 * leaves the module; the public key names it.
 */
public final class SigningKey {
    /** Octets of a public key, and of the seed of a private one. */
    public static final int OCTETS = 32;
    /** Octets of a signature. */
    public static final int SIGNATURE = 64;

    private static final String ALGORITHM = "Ed25519";
    /** What stands before the 32 octets of a public key in its X.509 form (RFC 8410). */
    private static final byte[] X509_PREFIX = {0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00};

    private final byte[] publicKey;
    private final PrivateKey privateKey;

    private SigningKey(byte[] publicKey, PrivateKey privateKey) {
        this.publicKey = publicKey;
        this.privateKey = privateKey;
    }

    static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            return new SigningKey(Arrays.copyOfRange(encoded, X509_PREFIX.length, encoded.length), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    static SigningKey of(byte[] publicKey, byte[] seed) {
        try {
            EdECPrivateKeySpec spec = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed);
            return new SigningKey(
                    publicKey.clone(), KeyFactory.getInstance(ALGORITHM).generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    /** The seed of the private key, for the caller to encrypt and wipe. */
    byte[] seed() {
        return ((EdECPrivateKey) privateKey)
                .getBytes()
                .orElseThrow(() -> new IllegalStateException("a key of this platform shows its octets to its owner"));
    }

    /** The 32 octets of the public key. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** The 64 octets of the signature over a message. */
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    /** Whether a signature over a message was made with the private half of a public key. */
    public static boolean isValid(byte[] publicKey, byte[] message, byte[] signed) {
        if (publicKey.length != OCTETS || signed.length != SIGNATURE) {
            return false;
        }
        try {
            byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + OCTETS);
            System.arraycopy(publicKey, 0, encoded, X509_PREFIX.length, OCTETS);
            PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // octets that are no key, or no signature
        }
    }

    private static IllegalStateException unsupported(GeneralSecurityException cause) {
        return new IllegalStateException("every Java platform since 15 has Ed25519", cause);
    }

    /** Names nothing of the private key. */
    @Override
    public String toString() {
        return "signing key";
    }
}
