package org.metermint.app.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A keep-alive connection that carries one exchange at a time. It is made when it is first needed, and again after a break. */
final class Connection {

    final Exchange exchange = new Exchange();
    final AnswerParser parser = new AnswerParser();

    private final InetSocketAddress server;
    private final Selector selector;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean busy;

    /** Until when the connection is left alone after it broke. */
    long restsUntil;

    Connection(InetSocketAddress server, Selector selector) {
        this.server = server;
        this.selector = selector;
    }

    /** Whether an exchange is on its way. */
    boolean isBusy() {
        return busy;
    }

    /** Sends what the exchange holds; over a new connection, if there is none. */
    void begin(long now) throws IOException {
        exchange.sent = now;
        busy = true;
        if (channel == null) {
            connect();
        } else {
            write();
        }
    }

    private void connect() throws IOException {
        SocketChannel made = SocketChannel.open();
        channel = made;
        made.configureBlocking(false);
        made.setOption(StandardSocketOptions.TCP_NODELAY, true);
        parser.reset();
        key = made.register(selector, SelectionKey.OP_CONNECT, this);
        if (made.connect(server)) {
            connected();
        }
    }

    /** The connection stands, or has failed to. */
    void finishConnect() throws IOException {
        if (channel != null && channel.finishConnect()) {
            connected();
        }
    }

    private void connected() throws IOException {
        wants(SelectionKey.OP_READ);
        write();
    }

    /** Goes on sending. */
    void write() throws IOException {
        if (channel == null) {
            return;
        }
        channel.write(exchange.request);
        wants(exchange.request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private void wants(int operations) {
        if (key != null && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    /**
     * Reads what has come.
     *
     * @param into empty; filled with what has come
     * @return whether the other side is still there
     */
    boolean read(ByteBuffer into) throws IOException {
        into.clear();
        int count = channel == null ? -1 : channel.read(into);
        into.flip();
        return count >= 0;
    }

    /** The exchange is over; the connection stands for the next. */
    void end() {
        busy = false;
    }

    /** Gives the connection up, whatever is on its way. */
    void abandon() {
        busy = false;
        SocketChannel gone = channel;
        channel = null;
        key = null;
        if (gone != null) {
            try {
                gone.close();
            } catch (IOException e) {
                // it is gone either way
            }
        }
    }
}
