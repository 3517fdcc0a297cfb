package org.metermint.secure.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The connections of a client: at most so many, opened when they are needed, kept while they are used. */
final class ClientConnections implements AutoCloseable {
    /** After so long without use a connection is looked at before it is trusted with a request. */
    private static final long TRUSTED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final NetworkModuleSettings settings;
    private final ModuleTrust trust;
    private final Semaphore permits;
    private final Deque<ClientConnection> idle = new ArrayDeque<>();
    private final Set<ClientConnection> lent = new HashSet<>();
    private final ScheduledThreadPoolExecutor guard;
    private boolean closed;

    ClientConnections(NetworkModuleSettings settings, ModuleTrust trust) {
        this.settings = settings;
        this.trust = trust;
        this.permits = new Semaphore(settings.maxConnections(), true);
        this.guard = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("security-module-guard").factory());
        guard.setRemoveOnCancelPolicy(true);
        guard.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        long every = Math.max(1, settings.idleTimeout().toNanos() / 4);
        var unused = guard.scheduleWithFixedDelay(this::closeIdle, every, every, TimeUnit.NANOSECONDS);
    }

    /** All connections were in use until the deadline. */
    static final class BusyException extends IOException {
        private static final long serialVersionUID = 1;

        BusyException(int connections) {
            super("all " + connections + " connections to the module are in use");
        }
    }

    /**
     * A connection for one caller, to be given back by {@link #giveBack}.
     *
     * @throws BusyException if none is free in time
     * @throws IOException if none can be opened in time; the message says why
     */
    ClientConnection take(Deadline deadline) throws IOException {
        boolean permitted = false;
        try {
            permitted = permits.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (!permitted) {
            throw new BusyException(settings.maxConnections());
        }
        boolean taken = false;
        try {
            ClientConnection connection = usable();
            if (connection == null) {
                connection = connect(deadline.atMost(settings.connectTimeout()));
            }
            lend(connection);
            taken = true;
            return connection;
        } finally {
            if (!taken) {
                permits.release();
            }
        }
    }

    private @Nullable ClientConnection usable() throws IOException {
        while (true) {
            ClientConnection connection;
            synchronized (this) {
                if (closed) {
                    throw new IOException("the client is closed");
                }
                connection = idle.pollFirst();
            }
            if (connection == null) {
                return null;
            }
            if (connection.idleNanos() < TRUSTED_NANOS || !connection.isStale()) {
                return connection;
            }
            connection.close();
        }
    }

    private void lend(ClientConnection connection) throws IOException {
        synchronized (this) {
            if (!closed) {
                lent.add(connection);
                return;
            }
        }
        connection.close();
        throw new IOException("the client is closed");
    }

    /** Takes a connection back, or ends it if it is of no more use. */
    void giveBack(ClientConnection connection) {
        boolean keep;
        synchronized (this) {
            lent.remove(connection);
            keep = !closed && !connection.isBroken();
            if (keep) {
                idle.addFirst(connection);
            }
        }
        if (!keep) {
            connection.close();
        }
        permits.release();
    }

    private ClientConnection connect(Deadline deadline) throws IOException {
        InetAddress address = resolve(deadline);
        Socket plain = new Socket();
        boolean done = false;
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(address, settings.port()), Math.max(1, deadline.leftMillis()));
            SSLSocket socket = (SSLSocket)
                    trust.context().getSocketFactory().createSocket(plain, settings.host(), settings.port(), true);
            socket.setSSLParameters(trust.parameters());
            ClientConnection.guarded(guard, plain, deadline, socket::startHandshake);
            ClientConnection connection = new ClientConnection(plain, socket, guard);
            done = true;
            return connection;
        } finally {
            if (!done) {
                ClientConnection.close(plain);
            }
        }
    }

    /** The host's address. Asking for it may take as long as it likes, so it is asked on a thread of its own. */
    private InetAddress resolve(Deadline deadline) throws IOException {
        FutureTask<InetAddress> question = new FutureTask<>(() -> InetAddress.getByName(settings.host()));
        Thread.ofVirtual().name("security-module-resolver").start(question);
        try {
            return question.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new SocketException("the host's name is not known");
        } catch (TimeoutException e) {
            throw new SocketException("the host's name was not resolved in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void closeIdle() {
        Deque<ClientConnection> old = new ArrayDeque<>();
        synchronized (this) {
            while (!idle.isEmpty()
                    && idle.peekLast().idleNanos() > settings.idleTimeout().toNanos()) {
                old.add(idle.removeLast());
            }
        }
        old.forEach(ClientConnection::close);
    }

    /** How many connections are open and not in use. */
    synchronized int idle() {
        return idle.size();
    }

    /** Waits for the calls under way, no longer than a time, and ends all connections. */
    void close(Duration grace) {
        synchronized (this) {
            closed = true;
        }
        try {
            if (permits.tryAcquire(settings.maxConnections(), grace.toNanos(), TimeUnit.NANOSECONDS)) {
                permits.release(settings.maxConnections());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        Deque<ClientConnection> all = new ArrayDeque<>();
        synchronized (this) {
            closed = true;
            all.addAll(idle);
            all.addAll(lent);
            idle.clear();
        }
        all.forEach(ClientConnection::close);
        guard.shutdownNow();
    }
}
