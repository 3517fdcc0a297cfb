package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * An append-only file of records, encrypted, hash-chained, and on the disk before {@link #append} returns.
 *
 * <pre>
 * file    = header frame*
 * header  = "MMISSUED" version(4) segment(4) module(16) previous chain hash(32), then their SHA-256: the first chain hash
 * frame   = head ciphertext chain hash(32)
 * head    = ciphertext length(4) number of records(4) number of the first record(8) nonce(12) CRC-32C of these(4)
 * chain hash = SHA-256(chain hash before | head | ciphertext)
 * </pre>
 *
 * <p>The ciphertext is AES-256-GCM over the records, each after its 2-octet length, with the chain hash before and the
 * head as associated data: whoever does not know the key cannot write a frame, move one, or leave one out of the
 * middle, and the plain chain lets an auditor who does not know it either see that nothing was. Records are numbered
 * from 1 without a gap.
 *
 * <p><b>After a crash.</b> One frame is written at a time and made durable before the next begins. Only the last can be
 * torn, and a torn write leaves the file short or a part of the frame zero. Such a tail was never acknowledged: it is
 * set aside in a file of its own and cut off. Any other deviation is damage to something that was acknowledged, and the
 * journal refuses to open. What no file can tell is that whole frames were cut off its end; the owner of the
 * rows that the tokens belong to notices that.
 */
final class Journal implements AutoCloseable {
    static final int MAX_RECORDS_PER_FRAME = 256;

    private static final int VERSION = 1;
    private static final byte[] MAGIC = "MMISSUED".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH = 32;
    static final int HEADER = MAGIC.length + 4 + 4 + 16 + HASH + HASH;
    private static final int HEAD = 4 + 4 + 8 + Aead.NONCE + 4;
    private static final int HEAD_UNCHECKED = HEAD - 4;
    private static final int MAX_CIPHERTEXT = 1 << 20;
    private static final int SECTOR = 512;

    /** Receives the records at opening, in the order in which they were appended. */
    @FunctionalInterface
    interface Replay {
        /** Takes one record and the place of its frame, from which {@link Journal#readFrame} reads it again. */
        void accept(long place, long counter, byte[] record) throws SecurityModuleException;
    }

    private final Path path;
    private final JournalFile file;
    private final Aead cipher;
    private final boolean tailCut;

    private long end;
    private byte[] chainHash;
    // written by the appending thread, read by any
    private volatile long records;
    private volatile @Nullable Throwable failure;

    private Journal(Path path, JournalFile file, Aead cipher, UUID module, Replay replay)
            throws IOException, SecurityModuleException {
        this.path = path;
        this.file = file;
        this.cipher = cipher;
        this.chainHash = readHeader(module);
        this.end = HEADER;
        long lastFrame = replayFrames(replay);
        this.tailCut = cutTornTail();
        settle(lastFrame);
    }

    /** Creates an empty journal that must not exist yet. */
    static void create(Path path, UUID module) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER)
                .put(MAGIC)
                .putInt(VERSION)
                .putInt(1)
                .putLong(module.getMostSignificantBits())
                .putLong(module.getLeastSignificantBits())
                .put(new byte[HASH]);
        header.put(sha256(Arrays.copyOf(header.array(), header.position())));
        DurableFiles.create(path, header.array());
    }

    /**
     * Opens a journal and gives every record in it to the replay.
     *
     * @throws SecurityModuleException of kind CORRUPT, with file and place, or NEWER_FORMAT
     */
    static Journal open(Path path, JournalFile.Opener opener, Aead cipher, UUID module, Replay replay)
            throws IOException, SecurityModuleException {
        JournalFile file = opener.open(path);
        try {
            return new Journal(path, file, cipher, module, replay);
        } catch (IOException | SecurityModuleException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private byte[] readHeader(UUID module) throws IOException, SecurityModuleException {
        if (file.length() < HEADER) {
            throw corrupt(0, "the file is shorter than its header");
        }
        byte[] header = new byte[HEADER];
        file.read(0, header);
        ByteBuffer in = ByteBuffer.wrap(header);
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw corrupt(0, "it does not begin as a journal of issued tokens");
        }
        int version = in.getInt();
        if (version > VERSION) {
            throw new SecurityModuleException(
                    Kind.NEWER_FORMAT,
                    path + " has format " + version + ", this program knows " + VERSION
                            + "; run the version of the program that wrote it, or a later one");
        }
        byte[] hash = Arrays.copyOfRange(header, HEADER - HASH, HEADER);
        if (!Arrays.equals(hash, sha256(Arrays.copyOf(header, HEADER - HASH)))) {
            throw corrupt(0, "its header was edited or damaged");
        }
        in.getInt(); // the segment: there is one
        if (!new UUID(in.getLong(), in.getLong()).equals(module)) {
            throw corrupt(0, "it belongs to another security module than the vending keys beside it");
        }
        return hash;
    }

    /** Reads frames up to the end or to the first one that cannot be read whole; returns where the last one begins. */
    private long replayFrames(Replay replay) throws IOException, SecurityModuleException {
        long length = file.length();
        long lastFrame = -1;
        while (end < length) {
            byte[] frame = wholeFrameAt(end, length);
            if (frame == null) {
                return lastFrame;
            }
            Head head = Head.of(frame);
            if (head.firstRecord != records + 1) {
                throw corrupt(end, "record " + head.firstRecord + " stands where record " + (records + 1) + " belongs");
            }
            long counter = head.firstRecord;
            for (byte[] record : open(end, chainHash, frame)) {
                replay.accept(end, counter++, record);
            }
            lastFrame = end;
            advance(frame);
        }
        return lastFrame;
    }

    /** The frame at a place with its chain hash verified, or null if a torn write explains why it is not whole. */
    private byte @Nullable [] wholeFrameAt(long place, long length) throws IOException, SecurityModuleException {
        long rest = length - place;
        if (rest < HEAD) {
            return null;
        }
        byte[] headBytes = new byte[HEAD];
        file.read(place, headBytes);
        Head head = Head.of(headBytes);
        if (head.isIntact(headBytes)) {
            int size = HEAD + head.ciphertextLength + HASH;
            if (rest < size) {
                return null;
            }
            byte[] frame = new byte[size];
            file.read(place, frame);
            if (Arrays.equals(frame, size - HASH, size, nextChainHash(frame), 0, HASH)) {
                return frame;
            }
            if (rest > size || !hasZeroSector(place, frame)) {
                throw corrupt(place, "the frame of record " + (records + 1) + " was edited or damaged");
            }
            return null;
        }
        if (rest > HEAD + MAX_CIPHERTEXT + HASH) {
            throw corrupt(place, "the head of the frame of record " + (records + 1) + " was edited or damaged");
        }
        byte[] tail = new byte[(int) rest];
        file.read(place, tail);
        if (!hasZeroSector(place, tail)) {
            throw corrupt(place, "the head of the frame of record " + (records + 1) + " was edited or damaged");
        }
        return null;
    }

    /**
     * Whether some part of the content that lies within one sector of the disk is all zero, as it is where a write did
     * not arrive. Ciphertext and hashes are not, but for four octets by a rare chance.
     */
    private static boolean hasZeroSector(long place, byte[] content) {
        int from = 0;
        while (from < content.length) {
            int to = (int) Math.min(content.length, from + SECTOR - (place + from) % SECTOR);
            if (to - from >= 4 && isZero(content, from, to)) {
                return true;
            }
            from = to;
        }
        return false;
    }

    private static boolean isZero(byte[] content, int from, int to) {
        for (int i = from; i < to; i++) {
            if (content[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Sets aside and cuts off what follows the last whole frame; tells whether there was something. */
    private boolean cutTornTail() throws IOException {
        long length = file.length();
        if (length == end) {
            return false;
        }
        byte[] tail = new byte[(int) (length - end)];
        file.read(end, tail);
        Path aside = path.resolveSibling(path.getFileName() + ".torn-at-" + end);
        Files.deleteIfExists(aside);
        DurableFiles.create(aside, tail);
        file.truncate(end);
        return true;
    }

    /**
     * Makes durable what was read. After a sync that failed, a system may hold frames in memory that it no longer means
     * to write; writing the last one again makes it.
     */
    private void settle(long lastFrame) throws IOException {
        if (lastFrame >= 0) {
            byte[] frame = new byte[(int) (end - lastFrame)];
            file.read(lastFrame, frame);
            file.write(lastFrame, frame);
        }
        file.sync();
    }

    /**
     * Appends records, at most {@link #MAX_RECORDS_PER_FRAME}, and returns when they are on the disk; all of them, or
     * none. The caller appends from one thread at a time.
     *
     * @return the place of their frame
     * @throws IOException if they may not be on the disk. If the file could be brought back to where it was, the next
     *     call may succeed; otherwise all further calls fail until the journal is opened anew.
     */
    long append(List<byte[]> batch) throws IOException {
        if (failure != null) {
            throw new IOException("the journal failed before and must be opened anew", failure);
        }
        long place = end;
        byte[] frame = seal(batch);
        try {
            file.write(place, frame);
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
        try {
            file.sync();
            advance(frame);
        } catch (IOException | RuntimeException | Error e) {
            failure = e; // what lies on the disk is unknown until it is read again
            throw e;
        }
        return place;
    }

    private void takeBack(IOException cause) {
        try {
            file.truncate(end);
            file.sync();
        } catch (IOException e) {
            cause.addSuppressed(e);
            failure = cause;
        }
    }

    private byte[] seal(List<byte[]> batch) {
        int size = 0;
        for (byte[] record : batch) {
            size += 2 + record.length;
        }
        if (batch.size() > MAX_RECORDS_PER_FRAME || size > MAX_CIPHERTEXT - Aead.TAG) {
            throw new IllegalArgumentException(batch.size() + " records of " + size + " octets do not fit a frame");
        }
        ByteBuffer plain = ByteBuffer.allocate(size);
        for (byte[] record : batch) {
            plain.putShort((short) record.length).put(record);
        }
        byte[] nonce = cipher.newNonce();
        ByteBuffer frame = ByteBuffer.allocate(HEAD + size + Aead.TAG + HASH)
                .putInt(size + Aead.TAG)
                .putInt(batch.size())
                .putLong(records + 1)
                .put(nonce);
        frame.putInt(checksum(frame.array()));
        frame.put(cipher.seal(nonce, associated(chainHash, frame.array()), plain.array()));
        frame.put(nextChainHash(frame.array()));
        return frame.array();
    }

    /** The records of a frame, and the number of the first of them. */
    record Records(long first, List<byte[]> octets) {}

    /** The records of the frame at a place that {@link #append} or the replay gave. */
    Records readFrame(long place) throws IOException, SecurityModuleException {
        byte[] before = new byte[HASH]; // a chain hash stands before every frame
        file.read(place - HASH, before);
        byte[] headBytes = new byte[HEAD];
        file.read(place, headBytes);
        Head head = Head.of(headBytes);
        if (!head.isIntact(headBytes)) {
            throw corrupt(place, "the head of a frame was edited or damaged while the journal was open");
        }
        byte[] frame = new byte[HEAD + head.ciphertextLength];
        file.read(place, frame);
        return new Records(head.firstRecord, open(place, before, frame));
    }

    private List<byte[]> open(long place, byte[] chainHashBefore, byte[] frame) throws SecurityModuleException {
        Head head = Head.of(frame);
        byte[] nonce = Arrays.copyOfRange(frame, HEAD_UNCHECKED - Aead.NONCE, HEAD_UNCHECKED);
        byte[] sealed = Arrays.copyOfRange(frame, HEAD, HEAD + head.ciphertextLength);
        byte[] plain = cipher.open(nonce, associated(chainHashBefore, frame), sealed);
        if (plain == null) {
            throw corrupt(
                    place,
                    "the frame of record " + head.firstRecord
                            + " was not written by this module, or was edited with its checksums");
        }
        List<byte[]> batch = new ArrayList<>(head.records);
        ByteBuffer in = ByteBuffer.wrap(plain);
        while (in.remaining() >= 2) {
            byte[] record = new byte[Math.min(in.getShort() & 0xFFFF, in.remaining())];
            in.get(record);
            batch.add(record);
        }
        if (batch.size() != head.records) {
            throw corrupt(place, "a frame holds " + batch.size() + " records and says " + head.records);
        }
        return batch;
    }

    private void advance(byte[] frame) {
        end += frame.length;
        chainHash = Arrays.copyOfRange(frame, frame.length - HASH, frame.length);
        Head head = Head.of(frame);
        records = head.firstRecord + head.records - 1;
    }

    private byte[] nextChainHash(byte[] frame) {
        MessageDigest digest = newSha256();
        digest.update(chainHash);
        digest.update(frame, 0, frame.length - HASH);
        return digest.digest();
    }

    private static byte[] associated(byte[] chainHashBefore, byte[] frame) {
        byte[] associated = Arrays.copyOf(chainHashBefore, HASH + HEAD);
        System.arraycopy(frame, 0, associated, HASH, HEAD);
        return associated;
    }

    /** How many records there are: the counter that only rises. */
    long records() {
        return records;
    }

    /** Whether opening found a torn frame, set it aside and cut it off. */
    boolean tailCut() {
        return tailCut;
    }

    /** Whether a failed write has stopped the journal for good. */
    boolean failed() {
        return failure != null;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private SecurityModuleException corrupt(long place, String what) {
        return new SecurityModuleException(
                Kind.CORRUPT,
                path + ", octet " + place + ": " + what
                        + "; keep the file for inspection and restore the whole directory from its last copy");
    }

    private static int checksum(byte[] head) {
        CRC32C crc = new CRC32C();
        crc.update(head, 0, HEAD_UNCHECKED);
        return (int) crc.getValue();
    }

    private static byte[] sha256(byte[] content) {
        return newSha256().digest(content);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private record Head(int ciphertextLength, int records, long firstRecord, int checksum) {
        static Head of(byte[] frame) {
            ByteBuffer in = ByteBuffer.wrap(frame);
            return new Head(in.getInt(), in.getInt(), in.getLong(), in.getInt(HEAD_UNCHECKED));
        }

        boolean isIntact(byte[] frame) {
            return checksum == Journal.checksum(frame)
                    && ciphertextLength > Aead.TAG
                    && ciphertextLength <= MAX_CIPHERTEXT
                    && records > 0
                    && records <= MAX_RECORDS_PER_FRAME;
        }
    }
}
