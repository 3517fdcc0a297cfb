package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer: handshake, then call after call. Whatever the peer is waited for has a deadline, which the server's reaper
 * enforces by closing the socket below TLS: time-outs of the socket itself begin anew with each octet that drips in.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** Between a call's last octet and its answer, nobody waits for the peer. */
    private static final long NONE = Long.MAX_VALUE;

    private enum State {
        WAITING,
        ANSWERING,
        ENDED
    }

    private final Socket socket;
    private final ServerSettings settings;
    private final Dispatcher dispatcher;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile boolean last;
    private volatile long deadline;

    Connection(Socket socket, ServerSettings settings, Dispatcher dispatcher) {
        this.socket = socket;
        this.settings = settings;
        this.dispatcher = dispatcher;
        expect(settings.handshakeTimeout());
    }

    /** Serves the peer until either side ends. */
    void serve(SSLSocketFactory tls, SSLParameters parameters) {
        try (SSLSocket secured = (SSLSocket)
                tls.createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true)) {
            socket.setTcpNoDelay(true);
            secured.setUseClientMode(false);
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            answerCalls(secured);
        } catch (WireException e) {
            LOG.info("a peer at {} was disconnected: {}", peer(), e.getMessage());
        } catch (IOException e) {
            LOG.debug("the connection from {} ended: {}", peer(), e.getMessage());
        } finally {
            end();
        }
    }

    private void answerCalls(SSLSocket secured) throws IOException, WireException {
        PushbackInputStream in = new PushbackInputStream(secured.getInputStream());
        OutputStream out = secured.getOutputStream();
        while (!last) {
            expect(settings.idleTimeout());
            Optional<byte[]> call = nextCall(in);
            if (call.isEmpty() || !state.compareAndSet(State.WAITING, State.ANSWERING)) {
                return;
            }
            out.write(answer(call.get()));
            out.flush();
            if (!state.compareAndSet(State.ANSWERING, State.WAITING)) {
                return;
            }
        }
    }

    private byte[] answer(byte[] call) throws WireException {
        deadline = NONE;
        try {
            return dispatcher.answer(call, peer());
        } finally {
            expect(settings.frameTimeout());
        }
    }

    private Optional<byte[]> nextCall(PushbackInputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        expect(settings.frameTimeout());
        in.unread(first);
        return Frames.read((InputStream) in, settings.maxFrameOctets());
    }

    private InetAddress peer() {
        return socket.getInetAddress();
    }

    private void expect(Duration within) {
        deadline = System.nanoTime() + within.toNanos();
    }

    /** Ends the connection if its peer is late. */
    void endIfLate() {
        long until = deadline;
        if (until != NONE && System.nanoTime() - until > 0 && state.get() != State.ENDED) {
            LOG.info("a peer at {} was disconnected: it was waited for too long", peer());
            end();
        }
    }

    /** Ends the connection now, or after the call that is being answered. */
    void endWhenIdle() {
        last = true;
        if (state.compareAndSet(State.WAITING, State.ENDED)) {
            end();
        }
    }

    /** Ends the connection whatever it does. */
    void end() {
        state.set(State.ENDED);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a socket was not closed: {}", e.getMessage());
        }
    }
}
