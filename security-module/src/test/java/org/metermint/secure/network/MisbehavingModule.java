package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.apache.thrift.TException;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.Message;

/** A module on the other end of real TLS which does with each call what a test says; a real server stands behind it. */
final class MisbehavingModule implements AutoCloseable {
    private final SSLServerSocket listener;
    private final SSLContext trust;
    private final InetSocketAddress behind;
    private final Map<String, Queue<Deed>> deeds = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch end = new CountDownLatch(1);
    final AtomicInteger connections = new AtomicInteger();
    private volatile Deed usual = Deed.FORWARD;

    /** What becomes of one call. */
    @FunctionalInterface
    interface Deed {
        Deed FORWARD = exchange -> exchange.reply(exchange.forward());
        /** The connection ends, and the module behind never hears of the call. */
        Deed CUT_BEFORE = Exchange::cut;
        /** The module behind does as it was asked, and the connection ends. */
        Deed CUT_AFTER = exchange -> {
            exchange.forward();
            exchange.cut();
        };
        /** Nothing, for ever. */
        Deed HANG = Exchange::hang;
        /** The module behind does as it was asked, and nothing comes back. */
        Deed HANG_AFTER = exchange -> {
            exchange.forward();
            exchange.hang();
        };
        /** A reply that never ends, an octet at a time. */
        Deed DRIP = exchange -> {
            byte[] reply = exchange.forward();
            exchange.out().write(head(reply.length));
            exchange.out().flush();
            for (byte octet : reply) {
                exchange.pause(20);
                exchange.out().write(octet);
                exchange.out().flush();
            }
        };
        /** A frame that is longer than any may be. */
        Deed OVERSIZED = exchange -> {
            exchange.out().write(head(Integer.MAX_VALUE));
            exchange.out().flush();
            exchange.hang();
        };
        /** A frame of the right form, and no message in it. */
        Deed GARBAGE = exchange -> exchange.reply(new byte[] {(byte) 0x80, 1, 0, 2, 0, 0, 0, 1, 'x', 7, 7, 7, 7, 7});

        void answer(Exchange exchange) throws Exception;

        /** The answer of the module behind, changed. */
        static <R> Deed edit(Call<?, R> call, UnaryOperator<R> change) {
            return exchange -> {
                R result = call.readReply(Message.read(exchange.forward()), exchange.sequence());
                exchange.send(call.frameReply(exchange.sequence(), change.apply(result)));
            };
        }

        /** A refusal, of which the module behind never hears. */
        static Deed refuse(Call<?, ?> call, ApiException refusal) {
            return exchange -> exchange.send(call.frameFault(exchange.sequence(), refusal.fault()));
        }

        /** What a module answers that no longer knows the session. */
        static Deed forgetSession(Call<?, ?> call) {
            return refuse(call, ErrorCode.AUTHENTICATION_TOKEN.with());
        }
    }

    private static byte[] head(int octets) {
        return ByteBuffer.allocate(4).putInt(octets).array();
    }

    /** One call, and what is needed to answer it. */
    static final class Exchange {
        private final MisbehavingModule module;
        private final Socket socket;
        private final WireClient behind;
        private final byte[] call;
        private final int sequence;

        Exchange(MisbehavingModule module, Socket socket, WireClient behind, byte[] call, int sequence) {
            this.module = module;
            this.socket = socket;
            this.behind = behind;
            this.call = call;
            this.sequence = sequence;
        }

        int sequence() {
            return sequence;
        }

        byte[] forward() throws IOException {
            behind.send(head(call.length));
            behind.send(call);
            return behind.receive().orElseThrow(() -> new IOException("the server behind ended the connection"));
        }

        OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        void reply(byte[] message) throws IOException {
            out().write(head(message.length));
            out().write(message);
            out().flush();
        }

        void send(byte[] frame) throws IOException {
            out().write(frame);
            out().flush();
        }

        void cut() throws IOException {
            socket.close();
        }

        void hang() throws InterruptedException {
            module.end.await();
        }

        /** The pace of a peer, for which nothing waits. */
        void pause(int millis) throws InterruptedException {
            Thread.sleep(millis);
        }
    }

    MisbehavingModule(Path certificate, InetSocketAddress behind) throws IOException, GeneralSecurityException {
        SSLContext context = ServerTls.ofPkcs12(certificate, Certificates.PASSWORD.toCharArray());
        this.trust = Certificates.trusting(Certificates.server());
        this.behind = behind;
        this.listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What becomes of the next call of a method that has nothing else before it; the others go the usual way. */
    void next(Call<?, ?> call, Deed... what) {
        Queue<Deed> queue = deeds.computeIfAbsent(call.name(), name -> new ArrayDeque<>());
        synchronized (queue) {
            for (Deed deed : what) {
                queue.add(deed);
            }
        }
    }

    /** What becomes of every call for which there is nothing else. */
    void usually(Deed what) {
        usual = what;
    }

    /** How often a method was called. */
    int calls(Call<?, ?> call) {
        AtomicInteger count = calls.get(call.name());
        return count == null ? 0 : count.get();
    }

    /** Ends all connections, as a module that is switched off and on. */
    void cutAll() throws IOException {
        for (Socket one : open) {
            one.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket;
                WireClient server = new WireClient(trust, behind)) {
            InputStream in = socket.getInputStream();
            Optional<byte[]> call = Frames.read(in, 1 << 20);
            while (call.isPresent()) {
                Message message = Message.read(call.get());
                calls.computeIfAbsent(message.name(), name -> new AtomicInteger())
                        .incrementAndGet();
                deed(message.name()).answer(new Exchange(this, socket, server, call.get(), message.sequence()));
                call = Frames.read(in, 1 << 20);
            }
        } catch (IOException e) {
            // the peer, or the test, has ended it
        } catch (ApiException | TException e) {
            throw new IllegalStateException("a deed does not fit the call", e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            open.remove(socket);
        }
    }

    private Deed deed(String method) {
        Queue<Deed> queue = deeds.get(method);
        if (queue == null) {
            return usual;
        }
        synchronized (queue) {
            Deed deed = queue.poll();
            return deed == null ? usual : deed;
        }
    }

    @Override
    public void close() throws IOException {
        end.countDown();
        listener.close();
        cutAll();
    }
}
