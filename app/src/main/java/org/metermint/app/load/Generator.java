package org.metermint.app.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Drives all connections of a run from the thread that calls it. It shares the machine with the server that it
 * measures, so it does little: one selector, octets made beforehand, answers looked through once where they arrive.
 */
final class Generator implements AutoCloseable {

    /** How long a connection that broke is left alone, so that a server that is away is not asked in a frenzy. */
    private static final long REST_NANOS = 20_000_000;

    private static final long LONGEST_WAIT_NANOS = 50_000_000;
    private static final int READ_OCTETS = 64 << 10;

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Deque<Connection> resting = new ArrayDeque<>();
    private final ByteBuffer octets = ByteBuffer.allocateDirect(READ_OCTETS);
    private final long timeoutNanos;
    private final long origin = System.nanoTime();
    private long nextSweep;

    /**
     * A generator without traffic yet.
     *
     * @param connections how many there are at most
     * @param timeout how long a request waits for its answer
     */
    Generator(InetSocketAddress server, int connections, Duration timeout) throws IOException {
        this.selector = Selector.open();
        this.timeoutNanos = timeout.toNanos();
        for (int i = 0; i < connections; i++) {
            Connection connection = new Connection(server, selector);
            this.connections.add(connection);
            idle.add(connection);
        }
    }

    /** Nanoseconds since this was made. */
    long now() {
        return System.nanoTime() - origin;
    }

    /** Carries traffic until it is over. */
    void run(Traffic traffic) throws IOException {
        long now = now();
        while (!traffic.isOver(now)) {
            handOut(traffic);
            now = now();
            long wake = Math.min(nextSweep, wakeResting(now));
            long wait = (idle.isEmpty() ? wake : Math.min(wake, traffic.wakeAt(now))) - now;
            if (wait <= 0) {
                selector.selectNow(key -> serve(traffic, key));
            } else {
                long millis = Math.ceilDiv(Math.min(wait, LONGEST_WAIT_NANOS), 1_000_000);
                selector.select(key -> serve(traffic, key), millis);
            }
            now = now();
            sweep(traffic, now);
            traffic.tick(now);
        }
        for (Connection connection : connections) {
            if (connection.isBusy()) {
                fail(traffic, connection, Traffic.Failure.TIMEOUT, now);
            }
        }
    }

    private void handOut(Traffic traffic) {
        long now = now();
        while (!idle.isEmpty() && traffic.next(now, idle.getFirst().exchange)) {
            Connection connection = idle.removeFirst();
            try {
                connection.begin(now);
            } catch (IOException e) {
                fail(traffic, connection, Traffic.Failure.CONNECTION, now);
            }
            now = now();
        }
    }

    private void serve(Traffic traffic, SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isConnectable()) {
                connection.finishConnect();
            } else if (key.isWritable()) {
                connection.write();
            }
            if (key.isValid() && key.isReadable()) {
                read(traffic, connection);
            }
        } catch (IOException e) {
            fail(traffic, connection, Traffic.Failure.CONNECTION, now());
        } catch (MalformedAnswerException e) {
            fail(traffic, connection, Traffic.Failure.MALFORMED, now());
        }
    }

    private void read(Traffic traffic, Connection connection) throws IOException, MalformedAnswerException {
        boolean open = connection.read(octets);
        if (!connection.isBusy()) {
            connection.abandon(); // closed while it was idle, or sending what nobody asked for
        } else if (connection.parser.feed(octets) || (!open && connection.parser.end())) {
            boolean usable = open && connection.parser.keepAlive() && !octets.hasRemaining();
            connection.end();
            traffic.answered(connection.exchange, connection.parser, now());
            if (!usable) {
                connection.abandon();
            }
            idle.addFirst(connection);
        } else if (!open) {
            fail(traffic, connection, Traffic.Failure.CONNECTION, now());
        }
    }

    /** A connection broke: with its exchange, if it carries one; else it will be made again when it is needed. */
    private void fail(Traffic traffic, Connection connection, Traffic.Failure why, long now) {
        boolean wasBusy = connection.isBusy();
        connection.abandon();
        if (!wasBusy) {
            return; // it is among the idle ones already
        }
        traffic.failed(connection.exchange, why, now);
        if (why == Traffic.Failure.TIMEOUT) {
            idle.addFirst(connection);
        } else {
            connection.restsUntil = now + REST_NANOS;
            resting.addLast(connection);
        }
    }

    /** Takes back the connections that have rested, and says when the next one will have. */
    private long wakeResting(long now) {
        while (!resting.isEmpty() && resting.getFirst().restsUntil <= now) {
            idle.addLast(resting.removeFirst());
        }
        return resting.isEmpty() ? Long.MAX_VALUE : resting.getFirst().restsUntil;
    }

    private void sweep(Traffic traffic, long now) {
        if (now < nextSweep) {
            return;
        }
        nextSweep = now + Math.clamp(timeoutNanos / 20, 1_000_000, LONGEST_WAIT_NANOS);
        for (Connection connection : connections) {
            if (connection.isBusy() && now - connection.exchange.sent > timeoutNanos) {
                fail(traffic, connection, Traffic.Failure.TIMEOUT, now);
            }
        }
    }

    @Override
    public void close() throws IOException {
        connections.forEach(Connection::abandon);
        selector.close();
    }
}
