package org.metermint.secure.network.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Thrift's framing: the length of a message in four octets, most significant first, then the message. */
public final class Frames {
    /** The longest message that this end takes or sends, without the four octets: 64 KiB. */
    public static final int MAX_OCTETS = 65_536;

    /** Octets of the length before a message. */
    public static final int HEAD_OCTETS = 4;

    private Frames() {}

    /** A length that no message may have; what follows it cannot be read, so the connection must end. */
    public static final class FrameSizeException extends IOException {
        private static final long serialVersionUID = 1;

        FrameSizeException(int octets, int maxOctets) {
            super("frame of " + Integer.toUnsignedString(octets) + " octets is outside 1.." + maxOctets
                    + "; is the peer speaking framed Thrift?");
        }
    }

    /**
     * Reads one message, without its length. Memory is taken as octets arrive, not as the length promises.
     *
     * @return nothing if the peer ended the connection between messages
     * @throws EOFException if the connection ended within a message
     * @throws FrameSizeException if the length is 0, negative or more than maxOctets
     */
    public static Optional<byte[]> read(InputStream in, int maxOctets) throws IOException {
        byte[] head = in.readNBytes(HEAD_OCTETS);
        if (head.length == 0) {
            return Optional.empty();
        }
        if (head.length < HEAD_OCTETS) {
            throw new EOFException("connection ended within the length of a frame");
        }
        int octets = ByteBuffer.wrap(head).getInt();
        if (octets <= 0 || octets > maxOctets) {
            throw new FrameSizeException(octets, maxOctets);
        }
        byte[] message = in.readNBytes(octets);
        if (message.length < octets) {
            throw new EOFException("connection ended after " + message.length + " of " + octets + " octets of a frame");
        }
        return Optional.of(message);
    }
}
