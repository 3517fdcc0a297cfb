package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.apache.thrift.TApplicationException;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.Message;
import org.metermint.secure.network.wire.WireException;

/**
 * One TLS connection, used by one caller at a time. A time-out of the socket bounds the wait for the next octet only,
 * so that a peer that sends one now and then could hold a caller for hours: it is a guard with a clock of its own that
 * cuts the connection at the deadline.
 */
final class ClientConnection implements AutoCloseable {
    private final Socket plain;
    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private final ScheduledExecutorService guard;
    private int sequence;
    private boolean broken;
    private long usedNanos = System.nanoTime();

    /** Takes over a socket whose TLS stands. */
    ClientConnection(Socket plain, SSLSocket socket, ScheduledExecutorService guard) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.guard = guard;
    }

    /** Runs blocking work on a socket, which is cut at the deadline. */
    static void guarded(ScheduledExecutorService guard, Socket plain, Deadline deadline, IoWork work)
            throws IOException {
        Future<?> cut;
        try {
            cut = guard.schedule(() -> close(plain), deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw new IOException("the client is closed", e);
        }
        try {
            work.run();
        } catch (IOException e) {
            if (deadline.isOver()) {
                throw new SocketTimeoutException("no answer in time");
            }
            throw e;
        } finally {
            cut.cancel(false);
        }
    }

    /** Blocking work on a socket. */
    @FunctionalInterface
    interface IoWork {
        void run() throws IOException;
    }

    /**
     * One call and its reply. After any failure but an {@link ApiException} the connection is broken: what comes next on
     * it may belong to this call.
     *
     * @throws ApiException if the method said no
     * @throws IOException if there was no reply in time, or none that answers this call
     */
    <A extends Record, R> R call(Call<A, R> call, A arguments, Deadline deadline) throws ApiException, IOException {
        int number = ++sequence;
        byte[] frame = call.frameCall(number, arguments);
        Object[] reply = new Object[1];
        boolean intact = false;
        try {
            guarded(guard, plain, deadline, () -> {
                out.write(frame);
                out.flush();
                reply[0] = Frames.read(in, Frames.MAX_OCTETS)
                        .orElseThrow(() -> new IOException("the module ended the connection"));
            });
            R result = call.readReply(Message.read((byte[]) reply[0]), number);
            intact = true;
            return result;
        } catch (ApiException e) {
            intact = true;
            throw e;
        } catch (WireException | TApplicationException e) {
            throw new IOException("the answer to " + call.name() + " is none: " + e.getMessage(), e);
        } finally {
            java.util.Arrays.fill(frame, (byte) 0); // it may hold a password
            broken |= !intact;
            usedNanos = System.nanoTime();
        }
    }

    /** Whether the connection can be used again. */
    boolean isBroken() {
        return broken;
    }

    /** How long nobody has used it. */
    long idleNanos() {
        return System.nanoTime() - usedNanos;
    }

    /** Whether the peer has ended an idle connection, or said what nobody asked. */
    boolean isStale() {
        try {
            socket.setSoTimeout(1);
            int unused = in.read();
            return true;
        } catch (SocketTimeoutException e) {
            try {
                socket.setSoTimeout(0);
                return false;
            } catch (IOException broke) {
                return true;
            }
        } catch (IOException e) {
            return true;
        }
    }

    /** Ends the connection without waiting for the peer: TLS would say goodbye, and a peer that hangs does not take it. */
    @Override
    public void close() {
        close(plain);
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more, and nobody waits for it
        }
    }
}
