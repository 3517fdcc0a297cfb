package org.metermint.secure.internal.record;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * What a journal asks of its file. A seam, so that tests can let the disk fill up and the write fail. The ordinary
 * implementation is not a channel, because an interrupt in the middle of an operation would close one.
 */
public interface JournalFile extends AutoCloseable {
    /** Opens files; the ordinary opener is {@link #open}. */
    @FunctionalInterface
    public interface Opener {
        JournalFile open(Path file) throws IOException;
    }

    long length() throws IOException;

    /** Fills the target from a position on, or throws {@link EOFException}. */
    void read(long position, byte[] target) throws IOException;

    void write(long position, byte[] content) throws IOException;

    /** Returns when everything written lies on the disk. */
    void sync() throws IOException;

    void truncate(long length) throws IOException;

    @Override
    void close() throws IOException;

    /** Opens an existing file. */
    static JournalFile open(Path path) throws IOException {
        return open(path, "rw");
    }

    /** Opens an existing file of which nothing will be changed, so that reading it has to be permitted only. */
    static JournalFile openToRead(Path path) throws IOException {
        return open(path, "r");
    }

    private static JournalFile open(Path path, String mode) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), mode);
        return new JournalFile() {
            @Override
            public long length() throws IOException {
                return file.length();
            }

            @Override
            public synchronized void read(long position, byte[] target) throws IOException {
                file.seek(position);
                file.readFully(target);
            }

            @Override
            public synchronized void write(long position, byte[] content) throws IOException {
                file.seek(position);
                file.write(content);
            }

            @Override
            public void sync() throws IOException {
                file.getFD().sync(); // outside the monitor: readers need not wait for the disk
            }

            @Override
            public synchronized void truncate(long length) throws IOException {
                file.setLength(length);
            }

            @Override
            public synchronized void close() throws IOException { // not under a read, whose descriptor may be reused
                file.close();
            }
        };
    }
}
