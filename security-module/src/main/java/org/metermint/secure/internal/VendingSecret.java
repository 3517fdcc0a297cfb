package org.metermint.secure.internal;

import java.util.Arrays;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.pkcs11.Pkcs11Token;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.Dkga04Message;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.VendingKey;

/**
 * The secret of a vending key, wherever it is. What is asked of it is the same in both places, and so is the answer; one
 * in a token can fail.
 */
sealed interface VendingSecret {
    /**
     * The key of a meter, in the memory of this process whatever it was derived by.
     *
     * @throws SecurityModuleException of kind UNAVAILABLE if the token is gone
     */
    DecoderKey derive(DecoderKeyIdentity identity) throws SecurityModuleException;

    /** Whether these octets are the key. */
    boolean is(byte[] octets) throws SecurityModuleException;

    String checkValue() throws SecurityModuleException;

    /** Overwrites what is in memory. A token keeps its key. */
    void wipe();

    /** Destroys the key for good, wherever it is. */
    void destroy() throws SecurityModuleException;

    /** In memory. */
    final class InMemory implements VendingSecret {
        private final KeyDerivation derivation;
        private final VendingKey key;

        InMemory(KeyDerivation derivation, VendingKey key) {
            this.derivation = derivation;
            this.key = key;
        }

        @Override
        public DecoderKey derive(DecoderKeyIdentity identity) {
            return derivation.derive(key, identity);
        }

        @Override
        public boolean is(byte[] octets) {
            VendingKey other = VendingKey.of(octets);
            try {
                return key.equals(other);
            } finally {
                other.destroy();
            }
        }

        @Override
        public String checkValue() {
            return key.checkValue();
        }

        @Override
        public void wipe() {
            key.destroy();
        }

        @Override
        public void destroy() {
            key.destroy();
        }
    }

    /** In a token, which knows it by a label. The algorithm is DKGA04: what it hashes goes in, and the code comes out. */
    final class InToken implements VendingSecret {
        private final Pkcs11Token token;
        private final String label;

        InToken(Pkcs11Token token, String label) {
            this.token = token;
            this.label = label;
        }

        @Override
        public DecoderKey derive(DecoderKeyIdentity identity) throws SecurityModuleException {
            byte[] code = token.hmacSha256(label, Dkga04Message.of(identity));
            try {
                return Dkga04Message.key(identity, code);
            } finally {
                Arrays.fill(code, (byte) 0);
            }
        }

        @Override
        public boolean is(byte[] octets) throws SecurityModuleException {
            return token.holds(label, octets);
        }

        @Override
        public String checkValue() throws SecurityModuleException {
            return token.checkValue(label);
        }

        @Override
        public void wipe() {
            // nothing of the key is here
        }

        @Override
        public void destroy() throws SecurityModuleException {
            if (token.contains(label)) {
                token.delete(label);
            }
        }
    }

    /** Destroyed. */
    record Gone(VendingKeyInfo info) implements VendingSecret {
        @Override
        public DecoderKey derive(DecoderKeyIdentity identity) throws SecurityModuleException {
            Policy.requirePresent(info);
            throw new IllegalStateException("a key that is gone has an instant at which it went");
        }

        @Override
        public boolean is(byte[] octets) {
            return false;
        }

        @Override
        public String checkValue() {
            return info.keyCheckValue();
        }

        @Override
        public void wipe() {
            // there is nothing left
        }

        @Override
        public void destroy() {
            // there is nothing left
        }
    }
}
