package org.metermint.vending.vendor;

/**
 * A credential at the one moment when it can be shown: afterwards only its hash exists.
 *
 * @param secret 43 characters of base64url, 256 random bits
 */
public record ClientSecret(String clientId, String secret) {
    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "ClientSecret[clientId=" + clientId + "]";
    }
}
