package org.metermint.secure.internal;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.VendingKey;

/**
 * Where a module puts the secrets of its vending keys: into a token if it has one, into memory and key file otherwise.
 * For a key in a token, a reference stands in the key file in place of the key, encrypted with the same facts; it is longer than any
 * key. A store that got a token later has keys of both kinds.
 */
final class VendingSecrets {
    private static final String REFERENCE = "PKCS#11 token, label ";

    private final @Nullable Pkcs11Token token;

    VendingSecrets(@Nullable Pkcs11Token token) {
        this.token = token;
    }

    /** Whether new keys go into a token. */
    boolean areInToken() {
        return token != null;
    }

    /**
     * Puts a new key where it belongs. A token that holds it already, since a key file could not be written after it came
     * in, keeps it.
     *
     * @return what is to be encrypted in the key file, for the caller to wipe
     */
    byte[] keep(UUID module, VendingKeyInfo info, byte[] key) throws SecurityModuleException {
        if (token == null) {
            return key.clone();
        }
        String label = label(module, info);
        if (!token.contains(label)) {
            token.store(label, key);
        } else if (!token.holds(label, key)) {
            throw new SecurityModuleException(
                    Kind.KEY_PRESENT,
                    token + " holds another key labelled " + label + ", which this key file does not know; restore the"
                            + " key file that does, or delete the key with the tools of the token");
        }
        return (REFERENCE + label).getBytes(StandardCharsets.US_ASCII);
    }

    /** What remains in the key file of a destroyed key: the reference to a token, so that the key can be deleted there. */
    static byte[] remains(byte[] kept) {
        boolean reference = new String(kept, StandardCharsets.US_ASCII).startsWith(REFERENCE);
        return reference ? kept.clone() : new byte[0];
    }

    /**
     * The secret that a key file stands for; one in a token is asked for its check value.
     *
     * @param kept what {@link #keep} returned
     */
    VendingSecret read(VendingKeyInfo info, byte[] kept) throws SecurityModuleException {
        String reference = new String(kept, StandardCharsets.US_ASCII);
        if (info.destroyedAt() != null) {
            if (token != null
                    && reference.startsWith(REFERENCE)) { // whether or not the process lived to delete it there
                new VendingSecret.InToken(token, reference.substring(REFERENCE.length())).destroy();
            }
            return new VendingSecret.Gone(info);
        }
        if (!reference.startsWith(REFERENCE)) {
            return inMemory(info, kept);
        }
        String label = reference.substring(REFERENCE.length());
        if (token == null) {
            throw new SecurityModuleException(
                    Kind.ACCESS_DENIED,
                    "the vending key of " + info.name() + " is in a PKCS#11 token, labelled " + label
                            + "; open the module with that token");
        }
        VendingSecret secret = new VendingSecret.InToken(token, label);
        String checkValue = secret.checkValue();
        if (!checkValue.equals(info.keyCheckValue())) {
            throw new SecurityModuleException(
                    Kind.CORRUPT,
                    "the key labelled " + label + " in " + token + " has check value " + checkValue
                            + ", and the vending key of " + info.name() + " had " + info.keyCheckValue()
                            + " when it came in; give the token that holds it");
        }
        return secret;
    }

    static VendingSecret inMemory(VendingKeyInfo info, byte[] key) {
        return new VendingSecret.InMemory(
                KeyDerivation.ofNumber(info.algorithm().number()), VendingKey.of(key));
    }

    /** A label that no other module and no other key of this one has. */
    private static String label(UUID module, VendingKeyInfo info) {
        return "metermint-" + module.toString().substring(0, 8) + "-"
                + info.supplyGroup().digits() + "-" + info.revision().value() + "-"
                + info.type().number();
    }
}
