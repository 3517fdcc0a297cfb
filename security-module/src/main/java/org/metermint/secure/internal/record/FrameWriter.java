package org.metermint.secure.internal.record;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.metermint.secure.internal.Aead;

/** Makes the octets of frames, in buffers of its own; for one thread at a time. */
final class FrameWriter {
    private final Aead cipher;
    private byte[] frame = new byte[1 << 16];
    private byte[] secrets = new byte[1 << 13];

    FrameWriter(Aead cipher) {
        this.cipher = cipher;
    }

    /**
     * A frame that follows a chain hash; it ends with its own.
     *
     * @throws IllegalArgumentException if the lines do not fit a frame
     */
    byte[] seal(byte[] before, long firstRecord, Instant time, Instant clock, List<? extends Journal.Line> lines) {
        reserve(lines);
        ByteBuffer out = ByteBuffer.wrap(frame).position(Frame.HEAD);
        ByteBuffer secret = ByteBuffer.wrap(secrets);
        for (Journal.Line line : lines) {
            put(line, out, secret);
        }
        int length = out.position();
        byte[] nonce = cipher.newNonce();
        out.clear()
                .putInt(length - Frame.HEAD)
                .putInt(secret.position() + Aead.TAG)
                .putInt(lines.size())
                .putLong(firstRecord)
                .putLong(time.toEpochMilli())
                .putLong(clock.toEpochMilli())
                .put(nonce);
        out.putInt(Frame.crc(frame, 0, Frame.HEAD - 4));
        byte[] core = Frame.core(before, frame, length);
        byte[] results = cipher.seal(nonce, core, Arrays.copyOf(secrets, secret.position()));
        Arrays.fill(secrets, 0, secret.position(), (byte) 0);
        byte[] whole = Arrays.copyOf(frame, length + results.length + Sha256.OCTETS);
        System.arraycopy(results, 0, whole, length, results.length);
        System.arraycopy(Sha256.of(core, Sha256.of(results)), 0, whole, length + results.length, Sha256.OCTETS);
        return whole;
    }

    private void reserve(List<? extends Journal.Line> lines) {
        int size = Frame.HEAD;
        for (Journal.Line line : lines) {
            size += Frame.LINE_OVERHEAD + line.maxOctets();
        }
        if (lines.isEmpty() || lines.size() > Frame.MAX_RECORDS || size > Frame.MAX_LINES) {
            throw new IllegalArgumentException(lines.size() + " records of " + size + " octets do not fit a frame");
        }
        if (frame.length < size) {
            frame = new byte[size];
        }
        if (secrets.length < size) {
            secrets = new byte[size];
        }
    }

    private void put(Journal.Line line, ByteBuffer out, ByteBuffer secret) {
        int begin = out.position();
        int secretBegin = secret.position();
        line.put(out.position(begin + 3), secret);
        int length = out.position() - begin - 3;
        int secretLength = secret.position() - secretBegin;
        if (length > 0xFFFF || secretLength > 0xFF) {
            throw new IllegalArgumentException(
                    "a record of " + length + " and " + secretLength + " octets is too long");
        }
        out.putShort(begin, (short) length).put(begin + 2, (byte) secretLength);
        out.putInt(Frame.crc(frame, begin, out.position()));
    }
}
