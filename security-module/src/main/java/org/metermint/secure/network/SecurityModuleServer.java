package org.metermint.secure.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.metermint.secure.SoftwareSecurityModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers a module of this process to vending systems on other hosts, as deployed STS modules offer themselves: Thrift
 * service {@code TokenApi} in frames over TLS. Clients of the module's policy sign in with their passwords; whatever they
 * ask goes through the module {@linkplain SoftwareSecurityModule#as as them}, so that permissions, limits and message
 * ids are the module's own.
 *
 * <p>Each connection has a virtual thread and calls are answered one after the other. A peer that is slow, silent or
 * speaks something else is disconnected; it holds one of a bounded number of connections, and no more memory than a
 * frame, until then.
 */
public final class SecurityModuleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityModuleServer.class);
    private static final int BACKLOG = 128;

    private final ServerSettings settings;
    private final Dispatcher dispatcher;
    private final ServerSocket listener;
    private final SSLSocketFactory tls;
    private final SSLParameters parameters;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads;
    private final Thread acceptor;
    private final Thread reaper;
    private volatile boolean closed;

    private SecurityModuleServer(Dispatcher dispatcher, SSLContext context, ServerSettings settings)
            throws IOException {
        this.dispatcher = dispatcher;
        this.settings = settings;
        this.tls = context.getSocketFactory();
        this.parameters = ServerTls.parameters(context);
        // A plain listener: TLS is laid over each socket, so that closing the socket below ends a peer that stalls it.
        this.listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(settings.address(), BACKLOG);
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("security-module-connection-", 0).factory());
        this.acceptor = Thread.ofPlatform().name("security-module-listener").start(this::accept);
        this.reaper =
                Thread.ofPlatform().name("security-module-reaper").daemon().start(this::endLateConnections);
    }

    /**
     * Listens until it is closed. The module stays the caller's, who closes it after the server.
     *
     * @param context holds the server's private key and certificate; see {@link ServerTls#ofPkcs12}
     * @param clock by which sessions expire and sign-in is delayed
     * @throws IOException if the address cannot be listened on
     */
    public static SecurityModuleServer start(
            SoftwareSecurityModule module, SSLContext context, ServerSettings settings, Clock clock)
            throws IOException {
        SignIn signIn = new SignIn(module::policy, new Sessions(clock, settings.sessionLifetime()), clock);
        TokenApiService service = new TokenApiService(module, signIn, clock);
        return new SecurityModuleServer(new Dispatcher(service), context, settings);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** How many connections are open. */
    public int connections() {
        return connections.size();
    }

    private void accept() {
        while (!closed) {
            try {
                admit(listener.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("a connection could not be taken: {}", e.getMessage());
                    sleep(Duration.ofMillis(100)); // out of file descriptors: do not spin
                }
            }
        }
    }

    private void admit(Socket socket) throws IOException {
        if (connections.size() >= settings.maxConnections()) {
            LOG.warn("a connection was closed: all {} are in use", settings.maxConnections());
            socket.close();
            return;
        }
        Connection connection = new Connection(socket, settings, dispatcher);
        connections.add(connection);
        threads.execute(() -> {
            try {
                connection.serve(tls, parameters);
            } finally {
                connections.remove(connection);
            }
        });
        if (closed) {
            connection.endWhenIdle();
        }
    }

    private void endLateConnections() {
        Duration shortest = settings.handshakeTimeout();
        for (Duration timeout : new Duration[] {settings.frameTimeout(), settings.idleTimeout()}) {
            shortest = timeout.compareTo(shortest) < 0 ? timeout : shortest;
        }
        Duration pause = Duration.ofMillis(Math.clamp(shortest.toMillis() / 4, 5, 500));
        while (!closed) {
            connections.forEach(Connection::endIfLate);
            sleep(pause);
        }
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no more calls, answers those under way as long as the grace lasts, and ends every connection. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            LOG.warn("the listener was not closed: {}", e.getMessage());
        }
        reaper.interrupt();
        connections.forEach(Connection::endWhenIdle);
        threads.shutdown();
        awaitThreads(settings.closeGrace());
        connections.forEach(Connection::end);
        threads.shutdownNow();
        awaitThreads(Duration.ofSeconds(10));
        join(acceptor);
        join(reaper);
    }

    private void awaitThreads(Duration atMost) {
        try {
            threads.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
