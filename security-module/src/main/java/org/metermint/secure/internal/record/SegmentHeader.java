package org.metermint.secure.internal.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.Aead;

/**
 * What a segment of the record begins with.
 *
 * <pre>
 * header = "MMRECORD" or "MMPRUNED", then version(4) segment(4) module(16) first record(8) time(8) previous chain hash(32)
 *          SHA-256 of the checkpoint(32) public key(32) nonce(12) sealed private key(48), then the SHA-256 of all after the
 *          first eight octets: the chain hash of the header
 * </pre>
 *
 * <p>The private key is encrypted by AES-256-GCM with everything from the version to the public key as associated data.
 * So the key of the record shows that the module itself wrote the header, and with it the chain hash before, which
 * stands for every octet of all earlier segments. The first eight octets are left out because pruning changes them.
 */
final class SegmentHeader {
    static final int VERSION = 2;
    static final int OCTETS = 236;
    /** The checkpoint hash of a segment that has none: the first one of a new module. */
    static final byte[] NO_CHECKPOINT = new byte[Sha256.OCTETS];

    private static final byte[] WHOLE = "MMRECORD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PRUNED = "MMPRUNED".getBytes(StandardCharsets.US_ASCII);
    private static final int MARK = WHOLE.length;
    private static final int SEALED = SigningKey.OCTETS + Aead.TAG;
    private static final int SEALED_AT = OCTETS - Sha256.OCTETS - SEALED - Aead.NONCE;

    final boolean pruned;
    final int segment;
    final UUID module;
    final long firstRecord;
    /** Not before the time of any earlier record, not after that of any in the segment. */
    final Instant time;

    final byte[] previous;
    final byte[] checkpoint;
    final byte[] publicKey;
    final byte[] hash;
    private final byte[] octets;

    private SegmentHeader(byte[] octets) {
        this.octets = octets;
        this.pruned = Arrays.equals(octets, 0, MARK, PRUNED, 0, MARK);
        ByteBuffer in = ByteBuffer.wrap(octets).position(MARK + 4);
        this.segment = in.getInt();
        this.module = new UUID(in.getLong(), in.getLong());
        this.firstRecord = in.getLong();
        this.time = Instant.ofEpochMilli(in.getLong());
        this.previous = take(in, Sha256.OCTETS);
        this.checkpoint = take(in, Sha256.OCTETS);
        this.publicKey = take(in, SigningKey.OCTETS);
        this.hash = Arrays.copyOfRange(octets, OCTETS - Sha256.OCTETS, OCTETS);
    }

    private static byte[] take(ByteBuffer in, int count) {
        byte[] octets = new byte[count];
        in.get(octets);
        return octets;
    }

    /** A header as the module writes it. */
    static SegmentHeader write(
            int segment,
            UUID module,
            long firstRecord,
            Instant time,
            byte[] previous,
            byte[] checkpoint,
            SigningKey key,
            Aead cipher) {
        ByteBuffer out = ByteBuffer.allocate(OCTETS)
                .put(WHOLE)
                .putInt(VERSION)
                .putInt(segment)
                .putLong(module.getMostSignificantBits())
                .putLong(module.getLeastSignificantBits())
                .putLong(firstRecord)
                .putLong(time.toEpochMilli())
                .put(previous)
                .put(checkpoint)
                .put(key.publicKey());
        byte[] associated = Arrays.copyOfRange(out.array(), MARK, out.position());
        byte[] nonce = cipher.newNonce();
        byte[] seed = key.seed();
        out.put(nonce).put(cipher.seal(nonce, associated, seed));
        Arrays.fill(seed, (byte) 0);
        out.put(Sha256.of(Arrays.copyOfRange(out.array(), MARK, out.position())));
        return new SegmentHeader(out.array());
    }

    /** Reads the header of a file and holds it against its own hash. */
    static SegmentHeader read(Path path, JournalFile file, long expectedRecord) throws IOException, RecordDamage {
        if (file.length() < OCTETS) {
            throw new RecordDamage(path, 0, expectedRecord, "the file is shorter than its header");
        }
        byte[] octets = new byte[OCTETS];
        file.read(0, octets);
        if (!Arrays.equals(octets, 0, MARK, WHOLE, 0, MARK) && !Arrays.equals(octets, 0, MARK, PRUNED, 0, MARK)) {
            throw new RecordDamage(path, 0, expectedRecord, "it does not begin as a record of a security module");
        }
        int version = ByteBuffer.wrap(octets).getInt(MARK);
        if (version > VERSION) {
            throw new RecordDamage(
                    Kind.NEWER_FORMAT,
                    path,
                    0,
                    expectedRecord,
                    "the record has format " + version + ", this program knows " + VERSION);
        }
        SegmentHeader header = new SegmentHeader(octets);
        if (version < VERSION || !Arrays.equals(header.hash, Sha256.of(header.hashed()))) {
            throw new RecordDamage(path, 0, expectedRecord, "its header was edited or damaged");
        }
        return header;
    }

    private byte[] hashed() {
        return Arrays.copyOfRange(octets, MARK, OCTETS - Sha256.OCTETS);
    }

    /** The signing key of the module, or null if this header was not written with the key of the record. */
    @Nullable SigningKey open(Aead cipher) {
        byte[] nonce = Arrays.copyOfRange(octets, SEALED_AT, SEALED_AT + Aead.NONCE);
        byte[] sealed = Arrays.copyOfRange(octets, SEALED_AT + Aead.NONCE, OCTETS - Sha256.OCTETS);
        byte[] seed = cipher.open(nonce, Arrays.copyOfRange(octets, MARK, SEALED_AT), sealed);
        if (seed == null) {
            return null;
        }
        try {
            return SigningKey.of(publicKey, seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    byte[] octets() {
        return octets.clone();
    }

    /** The header of the same segment without its results. */
    byte[] prunedOctets() {
        byte[] changed = octets.clone();
        System.arraycopy(PRUNED, 0, changed, 0, MARK);
        return changed;
    }
}
