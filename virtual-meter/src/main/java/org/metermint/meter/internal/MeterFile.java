package org.metermint.meter.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.metermint.meter.MeterFileException;
import org.metermint.meter.MeterFileException.Problem;
import org.metermint.meter.MeterSpecification;
import org.metermint.token.cipher.Ea07Tables;

/** The {@link StateLog} of one meter in its {@link FileStorage}; every failure names the file. */
public final class MeterFile implements AutoCloseable {
    /** Encrypted under keys, blocks tell tables apart without showing them. */
    private static final long FINGERPRINT_KEY = 0x0123_4567_89AB_CDEFL;

    private final Path path;
    private final StateLog log;

    private MeterFile(Path path, StateLog log) {
        this.path = path;
        this.log = log;
    }

    /** Makes the file of a new meter. */
    public static MeterFile create(Path path, MeterSpecification specification, Ea07Tables tables, MeterState state)
            throws MeterFileException {
        byte[] content = StateLog.newFile(specification, fingerprint(tables), state);
        try {
            return opened(path, FileStorage.create(path, content), tables);
        } catch (IOException e) {
            throw named(path, e);
        }
    }

    /** Opens the file of a meter. */
    public static MeterFile open(Path path, Ea07Tables tables) throws MeterFileException {
        try {
            return opened(path, FileStorage.open(path), tables);
        } catch (IOException e) {
            throw named(path, e);
        }
    }

    private static MeterFile opened(Path path, Storage storage, Ea07Tables tables) throws IOException {
        try {
            return new MeterFile(path, StateLog.open(storage, fingerprint(tables)));
        } catch (IOException e) {
            storage.close();
            throw e;
        }
    }

    private static long fingerprint(Ea07Tables tables) {
        return tables.encrypt(FINGERPRINT_KEY, tables.encrypt(~FINGERPRINT_KEY, 0));
    }

    /** How the meter is built. */
    public MeterSpecification specification() {
        return log.specification();
    }

    /** The last state that was stored. */
    public MeterState state() {
        return log.state();
    }

    /** Stores a state durably, if it is another than the last. */
    public void store(MeterState state) throws MeterFileException {
        if (state.equals(log.state())) {
            return;
        }
        try {
            log.store(state);
        } catch (IOException e) {
            throw named(path, e);
        }
    }

    @Override
    public void close() throws MeterFileException {
        try {
            log.close();
        } catch (IOException e) {
            throw named(path, e);
        }
    }

    private static MeterFileException named(Path path, IOException e) {
        return e instanceof MeterFileException known
                ? new MeterFileException(known.problem(), "meter file " + path + " " + known.getMessage(), e)
                : new MeterFileException(Problem.DISK, "meter file " + path + " cannot be used: " + e, e);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
