package org.metermint.simulation.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Forwards connections on the loopback interface to a server, octet by octet, until an armed {@link Fault} strikes. It
 * strikes once; connections made afterwards are whole again.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int CHUNK = 1 << 14;
    private static final int PIECES = 8;

    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    private final Object counting = new Object();
    private @Nullable Fault armed;
    private long steps;
    private long octets;
    private volatile long closedUntil = System.nanoTime();

    private FaultProxy(ServerSocket listener, InetSocketAddress server) {
        this.listener = listener;
        this.server = server;
    }

    /** Starts a proxy in front of a server on the loopback interface. */
    public static FaultProxy before(int serverPort) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        FaultProxy proxy =
                new FaultProxy(new ServerSocket(0, 256, loopback), new InetSocketAddress(loopback, serverPort));
        Thread.ofPlatform().daemon().name("fault-proxy").start(proxy::accept);
        return proxy;
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Counts from zero again, and lets the fault strike when its place comes. */
    public void arm(Fault fault) {
        synchronized (counting) {
            armed = fault;
            steps = 0;
            octets = 0;
        }
    }

    /** Counts from zero again, and lets everything pass. */
    public void disarm() {
        synchronized (counting) {
            armed = null;
            steps = 0;
            octets = 0;
        }
    }

    /** Takes connections again, although the pause of a partition lasts. */
    public void endPartition() {
        closedUntil = System.nanoTime();
    }

    /** Whether a fault is armed that has not struck. */
    public boolean isArmed() {
        synchronized (counting) {
            return armed != null;
        }
    }

    /** How many steps passed since the counts began. */
    public long steps() {
        synchronized (counting) {
            return steps;
        }
    }

    /** How many octets passed since the counts began. */
    public long octets() {
        synchronized (counting) {
            return octets;
        }
    }

    @Override
    public void close() {
        closeQuietly(listener);
        links.forEach(Link::cut);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (System.nanoTime() - closedUntil < 0) {
                    client.setSoLinger(true, 0);
                    client.close();
                    continue;
                }
                connect(client);
            } catch (IOException e) {
                // the proxy closes, or the client is gone already
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket upstream = new Socket();
        try {
            upstream.connect(server);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
        } catch (IOException e) {
            closeQuietly(upstream);
            closeQuietly(client);
            return;
        }
        Link link = new Link(client, upstream);
        links.add(link);
        Thread.ofVirtual().start(() -> link.pump(client, upstream));
        Thread.ofVirtual().start(() -> link.pump(upstream, client));
    }

    /** What is to be done with octets that were read: how many pass first, and the fault that strikes then, if one does. */
    private record Verdict(int pass, @Nullable Fault fault) {}

    private Verdict judge(int length) {
        synchronized (counting) {
            Fault fault = armed;
            if (fault != null) {
                boolean byStep = fault.unit() == Fault.Unit.STEP;
                long left = fault.after() - (byStep ? steps : octets);
                if (byStep ? left <= 0 : left < length) {
                    armed = null;
                    return new Verdict(byStep ? 0 : (int) left, fault);
                }
            }
            steps++;
            octets += length;
            return new Verdict(length, null);
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket upstream;
        /** The connection is about to end: nothing more passes, whatever the other side still says. */
        private volatile boolean silent;

        private final AtomicInteger ended = new AtomicInteger();

        Link(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void pump(Socket from, Socket to) {
            byte[] chunk = new byte[CHUNK];
            try {
                int length = from.getInputStream().read(chunk);
                while (length >= 0) {
                    if (silent) {
                        return;
                    }
                    Verdict verdict = judge(length);
                    Fault fault = verdict.fault();
                    silent = fault != null && fault.ends();
                    to.getOutputStream().write(chunk, 0, verdict.pass());
                    if (fault != null && !survives(fault, to, chunk, verdict.pass(), length)) {
                        return;
                    }
                    length = from.getInputStream().read(chunk);
                }
                to.shutdownOutput();
                if (ended.incrementAndGet() == 2) {
                    cut(); // both sides have said all
                }
            } catch (IOException e) {
                cut(); // one side is gone, and so is the other
            }
        }

        /** Lets a fault strike; false if the connection ends by it. */
        private boolean survives(Fault fault, Socket to, byte[] chunk, int from, int length) throws IOException {
            switch (fault.kind()) {
                case CUT -> cut();
                case RESET -> reset();
                case PARTITION -> {
                    closedUntil = System.nanoTime() + fault.pause().toNanos();
                    links.forEach(Link::cut);
                }
                case STALL_AND_CUT -> {
                    pause(fault.pause());
                    cut();
                }
                case STALL -> {
                    pause(fault.pause());
                    to.getOutputStream().write(chunk, from, length - from);
                    return true;
                }
                case SLOW -> {
                    int piece = Math.max(1, Math.ceilDiv(length - from, PIECES));
                    for (int at = from; at < length; at += piece) {
                        pause(fault.pause());
                        to.getOutputStream().write(chunk, at, Math.min(piece, length - at));
                    }
                    return true;
                }
            }
            return false;
        }

        private void reset() throws IOException {
            client.setSoLinger(true, 0);
            upstream.setSoLinger(true, 0);
            cut();
        }

        void cut() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(upstream);
        }
    }

    private static void pause(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // it is of no use any more either way
        }
    }
}
