package org.metermint.secure.internal.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A journal file on a disk that a test can fill, break, and look at. */
public final class FaultyFile implements JournalFile {
    /** How many octets the disk still takes. */
    public static final class Disk implements JournalFile.Opener {
        public long room = Long.MAX_VALUE;
        public boolean syncFails;
        public boolean truncateFails;
        public int syncs;

        @Override
        public JournalFile open(Path file) throws IOException {
            return new FaultyFile(JournalFile.open(file), this);
        }
    }

    private final JournalFile file;
    private final Disk disk;

    private FaultyFile(JournalFile file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    @Override
    public long length() throws IOException {
        return file.length();
    }

    @Override
    public void read(long position, byte[] target) throws IOException {
        file.read(position, target);
    }

    @Override
    public void write(long position, byte[] content) throws IOException {
        if (content.length > disk.room) {
            file.write(position, Arrays.copyOf(content, (int) disk.room));
            disk.room = 0;
            throw new IOException("No space left on device");
        }
        disk.room -= content.length;
        file.write(position, content);
    }

    @Override
    public void sync() throws IOException {
        disk.syncs++;
        if (disk.syncFails) {
            throw new IOException("Input/output error");
        }
        file.sync();
    }

    @Override
    public void truncate(long length) throws IOException {
        if (disk.truncateFails) {
            throw new IOException("Input/output error");
        }
        file.truncate(length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
