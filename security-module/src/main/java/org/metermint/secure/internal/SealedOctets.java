package org.metermint.secure.internal;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;

/** Something encrypted, as it lies in the key file: nonce and ciphertext in hexadecimal digits. */
record SealedOctets(String nonce, String wrapped) {
    private static final HexFormat HEX = HexFormat.of();

    /** Encrypts; the caller wipes what was in clear. */
    static SealedOctets seal(Aead cipher, byte[] associated, byte[] plain) {
        byte[] nonce = cipher.newNonce();
        return new SealedOctets(HEX.formatHex(nonce), HEX.formatHex(cipher.seal(nonce, associated, plain)));
    }

    /** Decrypts, for the caller to wipe; null if cipher or associated data are not those of the sealing. */
    byte @Nullable [] open(Aead cipher, byte[] associated) {
        return cipher.open(HEX.parseHex(nonce), associated, HEX.parseHex(wrapped));
    }

    /** Reads the members nonce and wrapped of an object, which may have others. */
    static SealedOctets read(StrictJson json) throws SecurityModuleException {
        return new SealedOctets(HEX.formatHex(json.nonce()), HEX.formatHex(json.octets("wrapped")));
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("nonce", nonce);
        json.put("wrapped", wrapped);
        return json;
    }
}
