package org.metermint.secure.internal;

import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.TestOnlyVendingKeys;
import org.metermint.token.key.VendingKey;

/** A vending key that the module can work with, and what may be known of it. */
final class HeldKey {
    private final VendingKeyInfo info;
    private final VendingSecret secret;

    HeldKey(VendingKeyInfo info, VendingSecret secret) {
        this.info = info;
        this.secret = secret;
    }

    /**
     * A key on its way in, in memory: its check value is computed and its label found.
     *
     * @throws SecurityModuleException of kind NOT_PERMITTED if the octets do not fit the algorithm
     */
    static HeldKey of(VendingKeyFacts facts, byte[] octets) throws SecurityModuleException {
        if (octets.length != facts.algorithm().keyOctets()) {
            throw Policy.notPermitted("vending key has " + octets.length + " octets; a key of " + facts.algorithm()
                    + " has " + facts.algorithm().keyOctets());
        }
        VendingKey key;
        try {
            key = VendingKey.of(octets);
        } catch (IllegalArgumentException e) {
            throw Policy.notPermitted(String.valueOf(e.getMessage()));
        }
        VendingKeyInfo info = KeyFactsJson.info(facts, key.checkValue(), TestOnlyVendingKeys.contains(key), null, null);
        return new HeldKey(
                info,
                new VendingSecret.InMemory(
                        KeyDerivation.ofNumber(info.algorithm().number()), key));
    }

    VendingKeyInfo info() {
        return info;
    }

    VendingSecret secret() {
        return secret;
    }

    /**
     * The key of a meter.
     *
     * @throws SecurityModuleException of kind UNAVAILABLE if the vending key is in a token that is gone
     */
    DecoderKey derive(MeterKeyState meter) throws SecurityModuleException {
        return secret.derive(new DecoderKeyIdentity(
                meter.pan(),
                meter.algorithm(),
                meter.supplyGroup(),
                meter.tariffIndex(),
                meter.revision(),
                meter.type(),
                info.baseDate()));
    }

    KeyDerivation derivation() {
        return KeyDerivation.ofNumber(info.algorithm().number());
    }

    void wipe() {
        secret.wipe();
    }

    /** Names the key; shows nothing of it. */
    @Override
    public String toString() {
        return "vending key of " + info.name();
    }
}
