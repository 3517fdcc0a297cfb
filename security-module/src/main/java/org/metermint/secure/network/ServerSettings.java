package org.metermint.secure.network;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.metermint.secure.network.wire.Frames;

/**
 * How a {@link SecurityModuleServer} listens, and how long it waits for whom.
 *
 * @param address where it listens; port 0 takes any that is free
 * @param maxConnections how many may be open at a time; more are closed as they come
 * @param maxFrameOctets the longest call that is read
 * @param handshakeTimeout until TLS must stand
 * @param frameTimeout from the first octet of a call until all of it must be there, and for a reply to be taken
 * @param idleTimeout how long a connection may be silent between calls
 * @param sessionLifetime how long an access token is good
 * @param closeGrace how long closing waits for calls under way
 */
public record ServerSettings(
        InetSocketAddress address,
        int maxConnections,
        int maxFrameOctets,
        Duration handshakeTimeout,
        Duration frameTimeout,
        Duration idleTimeout,
        Duration sessionLifetime,
        Duration closeGrace) {
    /** The port that modules of this interface usually have. */
    public static final int USUAL_PORT = 9443;

    public ServerSettings {
        requirePositive("maxConnections", maxConnections);
        requirePositive("maxFrameOctets", maxFrameOctets);
        requirePositive("handshakeTimeout", handshakeTimeout.toMillis());
        requirePositive("frameTimeout", frameTimeout.toMillis());
        requirePositive("idleTimeout", idleTimeout.toMillis());
        requirePositive("sessionLifetime", sessionLifetime.toMillis());
        if (closeGrace.isNegative()) {
            throw new IllegalArgumentException("closeGrace of " + closeGrace + " is below 0");
        }
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " of " + value + " is not above 0");
        }
    }

    /**
     * What suits a vending system: 256 connections, calls of 64 KiB, ten seconds for a handshake and for a call, five
     * minutes of silence, sessions of one hour.
     */
    public static ServerSettings standard(InetSocketAddress address) {
        return new ServerSettings(
                address,
                256,
                Frames.MAX_OCTETS,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Duration.ofSeconds(5));
    }

    /** The same, with sessions of another length. */
    public ServerSettings withSessionLifetime(Duration lifetime) {
        return new ServerSettings(
                address,
                maxConnections,
                maxFrameOctets,
                handshakeTimeout,
                frameTimeout,
                idleTimeout,
                lifetime,
                closeGrace);
    }

    /** The same, with another bound on connections. */
    public ServerSettings withMaxConnections(int connections) {
        return new ServerSettings(
                address,
                connections,
                maxFrameOctets,
                handshakeTimeout,
                frameTimeout,
                idleTimeout,
                sessionLifetime,
                closeGrace);
    }

    /** The same, with other bounds on how long it waits for a peer. */
    public ServerSettings withTimeouts(Duration handshake, Duration frame, Duration idle) {
        return new ServerSettings(
                address, maxConnections, maxFrameOctets, handshake, frame, idle, sessionLifetime, closeGrace);
    }
}
