package org.metermint.channel.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.Clients;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets nobody into /v1 without a client's credential: {@code Basic} with id and secret, or {@code Bearer} with id, a
 * point and the secret. Nothing of the body is read before.
 */
final class ClientFilter extends OncePerRequestFilter {
    /** The request attribute that holds the {@link ClientIdentity}. */
    static final String CLIENT = "metermint.client";

    private static final int LONGEST_HEADER = 512;

    private final Clients clients;

    ClientFilter(Clients clients) {
        this.clients = clients;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getServletPath().equals(OpenApiController.PATH);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<ClientIdentity> client;
        try {
            client = credential(request.getHeader(HttpHeaders.AUTHORIZATION))
                    .flatMap(given -> clients.authenticate(given.id(), given.secret()));
        } catch (RefusedException e) {
            Answers.send(response, Problem.of(e.refusal()));
            return;
        }
        if (client.isEmpty()) {
            Answers.send(
                    response,
                    Problem.of(new Refusal(
                            RefusalCode.CREDENTIAL_INVALID,
                            "the header Authorization holds no credential of a client of this installation")));
            return;
        }
        request.setAttribute(CLIENT, client.get());
        chain.doFilter(request, response);
    }

    private record Credential(String id, String secret) {
        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "Credential[" + id + "]";
        }
    }

    private static Optional<Credential> credential(@Nullable String header) {
        if (header == null || header.length() > LONGEST_HEADER) {
            return Optional.empty();
        }
        String[] words = header.strip().split(" +", 2);
        if (words.length < 2) {
            return Optional.empty();
        }
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "basic" -> decoded(words[1]).flatMap(pair -> split(pair, pair.indexOf(':')));
            case "bearer" -> split(words[1], words[1].lastIndexOf('.'));
            default -> Optional.empty();
        };
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Credential> split(String pair, int at) {
        return at < 0 || pair.indexOf('\0') >= 0
                ? Optional.empty()
                : Optional.of(new Credential(pair.substring(0, at), pair.substring(at + 1)));
    }
}
