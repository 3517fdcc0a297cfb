package org.metermint.app.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How a client names itself to a server. */
public record Credential(String client, String secret) {

    /** The value of the header {@code Authorization}. */
    public String header() {
        return "Basic " + Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "Credential[" + client + "]";
    }
}
