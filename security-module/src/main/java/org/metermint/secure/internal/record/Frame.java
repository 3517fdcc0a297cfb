package org.metermint.secure.internal.record;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.internal.Aead;

/**
 * What one write puts into the record.
 *
 * <pre>
 * frame = head lines results chain hash(32); in a pruned segment the SHA-256 of the results stands in their place
 * head  = octets of the lines(4) octets of the results(4) number of records(4) number of the first record(8) time(8)
 *         clock(8) nonce(12) CRC-32C of these(4)
 * line  = octets of the clear part(2) octets of the secret part(1) clear part, CRC-32C of these(4)
 *
 * core       = SHA-256(chain hash before | head | lines)
 * results    = AES-256-GCM of all secret parts, with the core as associated data
 * chain hash = SHA-256(core | SHA-256(results))
 * </pre>
 *
 * <p>All records of a frame have its time, which never decreases; {@code clock} is what the clock of the module showed.
 * The checksum of a line tells a damaged record from its neighbours; against intent stands the chain hash.
 */
final class Frame {
    static final int HEAD = 4 + 4 + 4 + 8 + 8 + 8 + Aead.NONCE + 4;
    static final int MAX_RECORDS = 1 << 10;
    static final int MAX_LINES = 4 << 20;
    static final int MAX_RESULTS = 1 << 20;
    static final int LINE_OVERHEAD = 2 + 1 + 4;

    private static final int NONCE_AT = HEAD - 4 - Aead.NONCE;

    /** The head of a frame, as it was read. */
    record Head(int lines, int results, int records, long firstRecord, Instant time, Instant clock, int checksum) {
        static Head of(byte[] octets) {
            ByteBuffer in = ByteBuffer.wrap(octets);
            int lines = in.getInt();
            int results = in.getInt();
            int records = in.getInt();
            long first = in.getLong();
            Instant time = Instant.ofEpochMilli(in.getLong());
            Instant clock = Instant.ofEpochMilli(in.getLong());
            return new Head(lines, results, records, first, time, clock, in.getInt(HEAD - 4));
        }

        boolean isIntact(byte[] octets) {
            return checksum == crc(octets, 0, HEAD - 4)
                    && lines >= LINE_OVERHEAD
                    && lines <= MAX_LINES
                    && results >= Aead.TAG
                    && results <= MAX_RESULTS
                    && records > 0
                    && records <= MAX_RECORDS;
        }

        /** Octets of the whole frame. */
        int size(boolean pruned) {
            return HEAD + lines + (pruned ? Sha256.OCTETS : results) + Sha256.OCTETS;
        }

        long lastRecord() {
            return firstRecord + records - 1;
        }
    }

    final long place;
    final Head head;
    final byte[] before;
    final byte[] core;
    final byte[] after;
    private final byte[] octets;
    private final boolean pruned;

    /** A frame with its hashes computed; whether they are those in it, {@link #isChained} says. */
    Frame(long place, byte[] before, byte[] octets, boolean pruned) {
        this.place = place;
        this.head = Head.of(octets);
        this.before = before;
        this.octets = octets;
        this.pruned = pruned;
        this.core = core(before, octets, HEAD + head.lines);
        this.after = Sha256.of(core, pruned ? results() : Sha256.of(results()));
    }

    static byte[] core(byte[] before, byte[] octets, int length) {
        MessageDigest digest = Sha256.begin();
        digest.update(before);
        digest.update(octets, 0, length);
        return digest.digest();
    }

    static int crc(byte[] octets, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(octets, from, to - from);
        return (int) crc.getValue();
    }

    boolean isChained() {
        return Arrays.equals(octets, octets.length - Sha256.OCTETS, octets.length, after, 0, Sha256.OCTETS);
    }

    int size() {
        return octets.length;
    }

    byte[] octets() {
        return octets;
    }

    private byte[] results() {
        return Arrays.copyOfRange(octets, HEAD + head.lines, octets.length - Sha256.OCTETS);
    }

    /** The same frame without its results. */
    byte[] prunedOctets() {
        byte[] hash = pruned ? results() : Sha256.of(results());
        return ByteBuffer.allocate(head.size(true))
                .put(octets, 0, HEAD + head.lines)
                .put(hash)
                .put(after)
                .array();
    }

    /** The secret parts, or null if the frame was not written with this key, or was pruned. */
    byte @Nullable [] open(Aead cipher) {
        return pruned ? null : cipher.open(Arrays.copyOfRange(octets, NONCE_AT, HEAD - 4), core, results());
    }

    /** The clear parts of the records, each with the number of octets that its secret part has. */
    List<Clear> lines(Path path) throws RecordDamage {
        List<Clear> lines = new ArrayList<>(head.records);
        int at = HEAD;
        int end = HEAD + head.lines;
        while (lines.size() < head.records) {
            int line = at;
            if (end - at < LINE_OVERHEAD) {
                throw damaged(path, lines.size(), "is cut short");
            }
            int length = (octets[at] & 0xFF) << 8 | (octets[at + 1] & 0xFF);
            int secret = octets[at + 2] & 0xFF;
            at += 3 + length;
            if (end - at < 4) {
                throw damaged(path, lines.size(), "is cut short");
            }
            if (ByteBuffer.wrap(octets).getInt(at) != crc(octets, line, at)) {
                throw damaged(path, lines.size(), "was edited or damaged");
            }
            lines.add(new Clear(Arrays.copyOfRange(octets, line + 3, at), secret));
            at += 4;
        }
        if (at != end) {
            throw damaged(path, lines.size() - 1, "is followed by more than the frame says");
        }
        return lines;
    }

    private RecordDamage damaged(Path path, int index, String what) {
        long record = head.firstRecord + index;
        return new RecordDamage(path, place, record, "record " + record + " " + what);
    }

    /** The clear part of a record, and how many octets its secret part has. */
    static final class Clear {
        final byte[] octets;
        final int secretOctets;

        Clear(byte[] octets, int secretOctets) {
            this.octets = octets;
            this.secretOctets = secretOctets;
        }
    }
}
