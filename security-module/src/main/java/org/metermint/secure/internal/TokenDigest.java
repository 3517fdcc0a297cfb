package org.metermint.secure.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import org.metermint.secure.ClientName;
import org.metermint.secure.MessageId;
import org.metermint.secure.internal.record.Sha256;
import org.metermint.token.TokenNumber;

/**
 * What stands for a token where the record is in clear: SHA-256 of module id(16), client, message id (each after its
 * length in one octet) and the 20 digits. Whoever has the token can show that the module issued it, and for what; whoever has the
 * digest would have to try as many tokens as the cipher has blocks. For one thread at a time.
 */
public final class TokenDigest {
    private static final int LONGEST = 16 + 2 * (1 + MessageId.MAX_LENGTH) + TokenNumber.DIGITS;

    private final MessageDigest sha256 = Sha256.begin();
    private final ByteBuffer message = ByteBuffer.allocate(LONGEST);
    private final UUID module;

    /** Digests of the tokens of one module. */
    public TokenDigest(UUID module) {
        this.module = module;
    }

    /** The 32 octets of the digest. */
    public byte[] of(ClientName client, MessageId id, TokenNumber token) {
        message.clear().putLong(module.getMostSignificantBits()).putLong(module.getLeastSignificantBits());
        put(client.text());
        put(id.text());
        message.put(token.digits().getBytes(StandardCharsets.US_ASCII));
        sha256.update(message.array(), 0, message.position());
        return sha256.digest();
    }

    private void put(String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        message.put((byte) octets.length).put(octets);
    }
}
