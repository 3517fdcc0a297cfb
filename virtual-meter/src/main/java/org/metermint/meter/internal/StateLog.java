package org.metermint.meter.internal;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.metermint.meter.MeterFileException;
import org.metermint.meter.MeterFileException.Problem;
import org.metermint.meter.MeterSpecification;
import org.metermint.token.EncryptionAlgorithm;

/**
 * A meter's file: its header, then one state after another, of which the last one counts.
 *
 * <p>A new state is appended and made durable before anyone hears of it. When the program or the power dies meanwhile,
 * the file ends within a state, or with one whose checksum was never written: such a tail was answered to nobody, and the
 * next opening cuts it off. Anything else that is wrong is damage. It is refused, because an older state in its place
 * would take used tokens again. After {@value #MOST_STATES} states the file is replaced by one with the last of them.
 */
final class StateLog implements AutoCloseable {
    private static final int MOST_STATES = 256;

    private final Storage storage;
    private final StateCodec codec;
    private final byte[] header;
    private StateCodec.Numbered last;
    private int count;
    private @Nullable IOException failure;

    private StateLog(Storage storage, StateCodec codec, byte[] header, StateCodec.Numbered last, int count) {
        this.storage = storage;
        this.codec = codec;
        this.header = header;
        this.last = last;
        this.count = count;
    }

    /** The content of a new meter's file. */
    static byte[] newFile(MeterSpecification specification, long tablesFingerprint, MeterState state) {
        byte[] header = StateCodec.header(specification, tablesFingerprint);
        return join(header, StateCodec.ofHeader(header).encode(new StateCodec.Numbered(1, state)));
    }

    private static byte[] join(byte[] header, byte[] state) {
        byte[] file = Arrays.copyOf(header, header.length + state.length);
        System.arraycopy(state, 0, file, header.length, state.length);
        return file;
    }

    /** Reads a file, and cuts off its tail if that was torn. */
    static StateLog open(Storage storage, long tablesFingerprint) throws IOException {
        byte[] file = storage.read();
        StateCodec codec = readHeader(file, tablesFingerprint);
        StateCodec.Numbered last = null;
        int offset = StateCodec.HEADER_SIZE;
        while (offset < file.length && !isTornTail(file, offset, codec.size())) {
            last = readState(codec, file, offset, last);
            offset += codec.size();
        }
        if (last == null) {
            throw damaged("it holds no state");
        }
        if (offset < file.length) {
            storage.truncate(offset);
        }
        int count = (offset - StateCodec.HEADER_SIZE) / codec.size();
        return new StateLog(storage, codec, Arrays.copyOf(file, StateCodec.HEADER_SIZE), last, count);
    }

    private static StateCodec readHeader(byte[] file, long tablesFingerprint) throws MeterFileException {
        if (!StateCodec.isMeter(file)) {
            throw new MeterFileException(Problem.NOT_A_METER, "is not the file of a virtual meter");
        }
        if (file.length < StateCodec.HEADER_SIZE || !StateCodec.isWhole(file, 0, StateCodec.HEADER_SIZE)) {
            throw damaged("the checksum of its header is wrong");
        }
        int version = StateCodec.version(file);
        if (version > StateCodec.VERSION) {
            throw new MeterFileException(
                    Problem.NEWER_VERSION,
                    "has format " + version + ", and this program knows formats up to " + StateCodec.VERSION
                            + "; open it with the program that wrote it");
        }
        StateCodec codec;
        try {
            codec = StateCodec.ofHeader(file);
        } catch (IllegalArgumentException e) {
            throw damaged("its header cannot be: " + e.getMessage());
        }
        boolean usesTables = codec.specification().algorithm() == EncryptionAlgorithm.EA07;
        if (usesTables && StateCodec.tablesFingerprint(file) != tablesFingerprint) {
            throw new MeterFileException(
                    Problem.OTHER_TABLES,
                    "was built with other EA07 tables; open it with the tables that it was made with");
        }
        return codec;
    }

    private static boolean isTornTail(byte[] file, int offset, int size) {
        boolean cut = file.length - offset < size;
        boolean last = file.length - offset == size;
        return cut || (last && !StateCodec.isWhole(file, offset, size) && StateCodec.isUnsealed(file, offset, size));
    }

    private static StateCodec.Numbered readState(
            StateCodec codec, byte[] file, int offset, StateCodec.@Nullable Numbered previous)
            throws MeterFileException {
        if (!StateCodec.isWhole(file, offset, codec.size())) {
            throw damaged("the checksum of the state at octet " + offset + " is wrong");
        }
        StateCodec.Numbered state;
        try {
            state = codec.decode(file, offset);
        } catch (IllegalArgumentException e) {
            throw damaged("the state at octet " + offset + " cannot be: " + e.getMessage());
        }
        if (previous != null && state.number() != previous.number() + 1) {
            throw damaged("the state at octet " + offset + " has the number " + state.number() + "; it must be "
                    + (previous.number() + 1));
        }
        return state;
    }

    private static MeterFileException damaged(String what) {
        return new MeterFileException(
                Problem.DAMAGED,
                "is damaged: " + what
                        + "; put back a copy of the file, or make the meter anew (an older copy takes used"
                        + " tokens again)");
    }

    MeterSpecification specification() {
        return codec.specification();
    }

    /** The last state that was stored. */
    MeterState state() {
        return last.state();
    }

    /**
     * Stores a state. If that fails, the last one still holds, and if even that is in doubt, everything is refused until
     * the file is opened again.
     */
    void store(MeterState state) throws MeterFileException {
        if (failure != null) {
            throw new MeterFileException(
                    Problem.DISK, "could not be written before; close the meter and open it again", failure);
        }
        StateCodec.Numbered next = new StateCodec.Numbered(last.number() + 1, state);
        byte[] octets = codec.encode(next);
        try {
            if (count >= MOST_STATES) {
                storage.replace(join(header, octets));
                count = 1;
            } else {
                storage.append(octets);
                count++;
            }
        } catch (IOException e) {
            failure = e;
            throw new MeterFileException(
                    Problem.DISK,
                    "could not be written: " + e.getMessage() + "; see to the disk, then open the meter again",
                    e);
        }
        last = next;
    }

    @Override
    public void close() throws IOException {
        storage.close();
    }
}
