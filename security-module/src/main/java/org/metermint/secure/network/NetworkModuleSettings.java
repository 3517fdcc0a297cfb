package org.metermint.secure.network;

import java.time.Duration;
import java.util.List;
import org.metermint.secure.VendingKeyInfo;

/**
 * Where a module is and how long it is waited for.
 *
 * @param host name or address; the certificate must be made out to it unless it is pinned
 * @param port usually 9443
 * @param realm of the user; "local" for all modules known
 * @param connectTimeout until the connection and its TLS must stand
 * @param replyTimeout for one reply; a reply that is later counts as lost
 * @param timeout for one request as a whole, everything that is done to find a lost reply included
 * @param maxConnections open at a time
 * @param idleTimeout after which a connection that nobody uses is closed
 * @param keys of modules that do not tell theirs; of a module that does, what it must tell
 */
public record NetworkModuleSettings(
        String host,
        int port,
        String realm,
        Duration connectTimeout,
        Duration replyTimeout,
        Duration timeout,
        int maxConnections,
        Duration idleTimeout,
        List<VendingKeyInfo> keys) {
    public NetworkModuleSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is blank");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is outside 1..65535");
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections of " + maxConnections + " is below 1");
        }
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("replyTimeout", replyTimeout);
        requirePositive("timeout", timeout);
        requirePositive("idleTimeout", idleTimeout);
        keys = List.copyOf(keys);
    }

    private static void requirePositive(String what, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(what + " of " + value + " is not above 0");
        }
    }

    /** Three seconds to connect, four for a reply, ten for a request; sixteen connections, closed after four minutes. */
    public static NetworkModuleSettings standard(String host, int port) {
        return new NetworkModuleSettings(
                host,
                port,
                "local",
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(10),
                16,
                Duration.ofMinutes(4),
                List.of());
    }

    /** The same with another time for a request, of which a third is for a connection and two fifths are for a reply. */
    public NetworkModuleSettings withTimeout(Duration other) {
        return new NetworkModuleSettings(
                host,
                port,
                realm,
                other.dividedBy(3),
                other.multipliedBy(2).dividedBy(5),
                other,
                maxConnections,
                idleTimeout,
                keys);
    }

    /** The same for a module that does not tell its keys, or that must hold these. */
    public NetworkModuleSettings withKeys(List<VendingKeyInfo> others) {
        return new NetworkModuleSettings(
                host, port, realm, connectTimeout, replyTimeout, timeout, maxConnections, idleTimeout, others);
    }

    /** Host and port. */
    String address() {
        return host + ":" + port;
    }
}
