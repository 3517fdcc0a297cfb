package org.metermint.secure.internal;

import java.util.HexFormat;
import java.util.Map;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.pkcs11.Pkcs11Token;

/** HMAC-SHA-256, by a key that stays in a PKCS#11 token, of a salt that stands in the store. */
public final class Pkcs11Source implements KeyEncryptionKeySource {
    private static final int SALT = 32;

    private final Pkcs11Token token;
    private final String label;

    public Pkcs11Source(Pkcs11Token token, String label) {
        this.token = token;
        this.label = label;
    }

    @Override
    public String kind() {
        return "PKCS#11 token";
    }

    @Override
    public Map<String, String> newParameters() throws SecurityModuleException {
        if (!token.contains(label)) {
            token.storeRandom(label);
        }
        return Map.of("keyLabel", label, "salt", HexFormat.of().formatHex(Aead.randomOctets(SALT)));
    }

    @Override
    public byte[] key(Map<String, String> parameters) throws SecurityModuleException {
        String stated = parameters.getOrDefault("keyLabel", "");
        if (!stated.equals(label)) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    "the store is encrypted under the key \"" + stated + "\" of a token and was opened with the key \""
                            + label + "\"; give the label \"" + stated + "\"");
        }
        byte[] salt = salt(parameters);
        if (!token.contains(label)) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    token + " holds no key labelled " + label + ", which encrypts the store; give the token that does");
        }
        return token.hmacSha256(label, salt);
    }

    private static byte[] salt(Map<String, String> parameters) throws SecurityModuleException {
        try {
            byte[] salt = HexFormat.of().parseHex(parameters.getOrDefault("salt", ""));
            if (salt.length == SALT) {
                return salt;
            }
        } catch (IllegalArgumentException e) {
            // told below, as a salt of another length is
        }
        throw new SecurityModuleException(
                Kind.CORRUPT,
                "keyEncryption.parameters.salt is not " + SALT + " octets in hexadecimal digits; restore the key store"
                        + " from a copy");
    }

    /** Tells token and label, and nothing of the key. */
    @Override
    public String toString() {
        return "key " + label + " of " + token;
    }
}
