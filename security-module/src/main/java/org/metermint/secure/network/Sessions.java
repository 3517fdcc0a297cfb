package org.metermint.secure.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.network.wire.Secret;

/**
 * Who is signed in. An access token is 256 random bits; what is kept of it is its SHA-256, under which it is found, so
 * that neither the memory nor the time of a look-up tells of a token. A client has a bounded number of sessions; one more
 * ends its oldest.
 */
final class Sessions {
    static final int MAX_PER_CLIENT = 256;
    private static final int TOKEN_OCTETS = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InstantSource clock;
    private final Duration lifetime;
    /** Guarded by this. */
    private final Map<String, Session> byHash = new HashMap<>();
    /** Guarded by this. */
    private final Map<ClientName, Deque<String>> byClient = new HashMap<>();

    /**
     * A client that signed in.
     *
     * @param password with which it did; another one in the policy ends the session
     */
    record Session(ClientName client, PasswordHash password, Instant expires) {}

    Sessions(InstantSource clock, Duration lifetime) {
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /** Begins a session and gives its access token. */
    synchronized Secret begin(ClientName client, PasswordHash password) {
        Secret token = newToken();
        String hash = hash(token);
        byHash.put(hash, new Session(client, password, clock.instant().plus(lifetime)));
        Deque<String> own = byClient.computeIfAbsent(client, name -> new ArrayDeque<>());
        own.addLast(hash);
        forgetExpired(own);
        if (own.size() > MAX_PER_CLIENT) {
            byHash.remove(own.removeFirst());
        }
        return token;
    }

    /** 256 random bits as 43 characters. */
    static Secret newToken() {
        byte[] octets = new byte[TOKEN_OCTETS];
        RANDOM.nextBytes(octets);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    /** All sessions last equally long, so the oldest expire first. */
    private void forgetExpired(Deque<String> own) {
        Instant now = clock.instant();
        while (!own.isEmpty()) {
            @Nullable Session oldest = byHash.get(own.getFirst());
            if (oldest != null && now.isBefore(oldest.expires())) {
                return;
            }
            byHash.remove(own.removeFirst());
        }
    }

    /** The session of an access token that is still good. */
    synchronized Optional<Session> find(Secret token) {
        @Nullable Session session = byHash.get(hash(token));
        return session == null || !clock.instant().isBefore(session.expires())
                ? Optional.empty()
                : Optional.of(session);
    }

    private static String hash(Secret token) {
        try {
            byte[] octets = token.reveal().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
