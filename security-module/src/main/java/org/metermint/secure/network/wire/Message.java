package org.metermint.secure.network.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TMemoryBuffer;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.apache.thrift.transport.TTransportException;

/**
 * One message as it came: its head read, its body still to be read by the {@link Call} that the name stands for. In
 * Thrift's binary protocol, strict form.
 */
public final class Message {
    /** The longest method name that is read; those of the interface are shorter. */
    static final int MAX_NAME = 64;

    private final TMessage head;
    private final TProtocol body;
    private final TMemoryInputTransport transport;

    private Message(TMessage head, TProtocol body, TMemoryInputTransport transport) {
        this.head = head;
        this.body = body;
        this.transport = transport;
    }

    /**
     * Reads the head of a message.
     *
     * @param octets a frame without its length
     * @throws WireException.Malformed if it is none; such a peer is better disconnected
     */
    public static Message read(byte[] octets) throws WireException {
        try {
            TMemoryInputTransport transport = new TMemoryInputTransport(configuration(octets.length), octets);
            TProtocol protocol = new TBinaryProtocol(transport, octets.length, WireType.MAX_ELEMENTS, true, true);
            TMessage head = protocol.readMessageBegin();
            if (head.name.length() > MAX_NAME) {
                throw new WireException.Malformed(
                        "method name of " + head.name.length() + " characters is longer than " + MAX_NAME);
            }
            return new Message(head, protocol, transport);
        } catch (WireException e) {
            throw e;
        } catch (TException e) {
            throw WireException.Malformed.of(e);
        }
    }

    private static TConfiguration configuration(int octets) {
        return new TConfiguration(octets, octets, Skipping.MAX_DEPTH);
    }

    /** The method's name. */
    public String name() {
        return head.name;
    }

    /** Whether it is a call, a reply or an exception; one of {@code TMessageType}. */
    public byte type() {
        return head.type;
    }

    /** The number by which a client finds its reply. */
    public int sequence() {
        return head.seqid;
    }

    /** Reads the body, which must end with the frame. */
    <T> T body(WireType.Reader<T> reader) throws WireException {
        try {
            T value = reader.read(body);
            int left = transport.getBytesRemainingInBuffer();
            if (left > 0) {
                throw new WireException.Malformed(left + " octets follow the message");
            }
            return value;
        } catch (WireException e) {
            throw e;
        } catch (TException e) {
            throw WireException.Malformed.of(e);
        }
    }

    /** Writes the body of a message. */
    @FunctionalInterface
    interface Body {
        void write(TProtocol out) throws TException;
    }

    /** A whole frame, its length included, ready to be sent in one piece. */
    static byte[] frame(String name, byte type, int sequence, Body body) {
        try {
            TMemoryBuffer buffer = new TMemoryBuffer(new TConfiguration(), 512);
            buffer.write(new byte[Frames.HEAD_OCTETS]);
            TProtocol protocol = new TBinaryProtocol(buffer, true, true);
            protocol.writeMessageBegin(new TMessage(name, type, sequence));
            body.write(protocol);
            protocol.writeMessageEnd();
            ByteBuffer.wrap(buffer.getArray()).putInt(buffer.length() - Frames.HEAD_OCTETS);
            return Arrays.copyOf(buffer.getArray(), buffer.length());
        } catch (TTransportException e) {
            throw new IllegalStateException("memory cannot fail to be written", e);
        } catch (TException e) {
            throw new IllegalStateException("the message could not be written", e);
        }
    }
}
