package org.metermint.secure.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.internal.record.Journal;

/**
 * An event as the record keeps it, all of it in clear.
 *
 * <pre>
 * event = 0(1) code of the kind(1) who number of facts(1), then for each fact its name and its value
 * text  = octets(2) UTF-8
 * </pre>
 */
record EventLine(AuditEvent event) implements Journal.Line {
    /** What an event begins with; messages begin with the number of their kind. */
    static final byte EVENT = 0;

    private static final int MAX_OCTETS = 9_000;

    static boolean isEvent(byte[] clear) {
        return clear.length > 0 && clear[0] == EVENT;
    }

    @Override
    public int maxOctets() {
        return MAX_OCTETS;
    }

    @Override
    public void put(ByteBuffer clear, ByteBuffer secret) {
        clear.put(EVENT).put((byte) event.kind().code());
        putText(clear, event.who());
        clear.put((byte) event.facts().size());
        event.facts().forEach((name, value) -> {
            putText(clear, name);
            putText(clear, value);
        });
    }

    /** The octets of the clear part. */
    byte[] octets() {
        ByteBuffer out = ByteBuffer.allocate(MAX_OCTETS);
        put(out, ByteBuffer.allocate(0));
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) octets.length).put(octets);
    }

    /**
     * Reads what {@link #put} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static AuditEvent read(byte[] octets) {
        try {
            ByteBuffer in = ByteBuffer.wrap(octets);
            if (in.get() != EVENT) {
                throw new IllegalArgumentException("a record of kind " + octets[0] + " is no event");
            }
            EventKind kind = EventKind.ofCode(in.get() & 0xFF);
            String who = getText(in);
            Map<String, String> facts = new TreeMap<>();
            for (int left = in.get(); left > 0; left--) {
                facts.put(getText(in), getText(in));
            }
            return new AuditEvent(kind, who, facts);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("an event of " + octets.length + " octets is too short", e);
        }
    }

    private static String getText(ByteBuffer in) {
        byte[] octets = new byte[Math.min(in.getShort() & 0xFFFF, in.remaining())];
        in.get(octets);
        return new String(octets, StandardCharsets.UTF_8);
    }
}
