package org.metermint.meter.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.metermint.meter.MeterFileException;
import org.metermint.meter.MeterFileException.Problem;

/**
 * A meter's file on disk, which only its owner may read and only one process has open. The lock lies in a file beside it,
 * because the file itself is replaced from time to time; the operating system gives it back when a process dies.
 *
 * <p>Written through {@link RandomAccessFile}, not a channel: a channel closes when a thread that uses it is interrupted.
 */
final class FileStorage implements Storage {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int LARGEST = 64 << 20;

    private final Path path;
    private final FileChannel lock;
    private RandomAccessFile file;

    private FileStorage(Path path, FileChannel lock, RandomAccessFile file) {
        this.path = path;
        this.lock = lock;
        this.file = file;
    }

    /** Makes a file that must not exist yet and opens it. */
    static FileStorage create(Path path, byte[] content) throws IOException {
        FileChannel lock = takeLock(path);
        try {
            if (Files.exists(path)) {
                throw new MeterFileException(
                        Problem.EXISTS, "exists already; open the meter in it, or give the new one another file");
            }
            writeAndRename(path, content);
            return new FileStorage(path, lock, openFile(path));
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /** Opens a file. */
    static FileStorage open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new MeterFileException(Problem.ABSENT, "is no file; make a meter first");
        }
        FileChannel lock = takeLock(path);
        try {
            requirePrivate(path);
            Files.deleteIfExists(nextOf(path));
            return new FileStorage(path, lock, openFile(path));
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static RandomAccessFile openFile(Path path) throws IOException {
        return new RandomAccessFile(path.toFile(), "rw");
    }

    private static FileChannel takeLock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolveSibling(path.getFileName() + ".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                ownerOnly());
        try {
            if (channel.tryLock() == null) {
                throw inUse();
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static MeterFileException inUse() {
        return new MeterFileException(
                Problem.IN_USE, "is open already, here or in another process; only one at a time can be the meter");
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] ownerOnly() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static void requirePrivate(Path path) throws IOException {
        if (isPosix() && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
            throw new MeterFileException(
                    Problem.NOT_PRIVATE,
                    "has the mode " + PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                            + " and holds the meter's key; it must be its owner's alone (chmod 600)");
        }
    }

    private static Path nextOf(Path path) {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    /** Writes a file beside the place, makes it durable, gives it the name, and makes that durable. */
    private static void writeAndRename(Path path, byte[] content) throws IOException {
        Path next = nextOf(path);
        Files.deleteIfExists(next);
        Files.createFile(next, ownerOnly());
        try (RandomAccessFile file = openFile(next)) {
            file.write(content);
            file.getFD().sync();
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file lies in a directory");
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public byte[] read() throws IOException {
        if (file.length() > LARGEST) {
            throw new MeterFileException(
                    Problem.NOT_A_METER, "has " + file.length() + " octets; no meter's file has more than " + LARGEST);
        }
        byte[] content = new byte[(int) file.length()];
        file.seek(0);
        file.readFully(content);
        return content;
    }

    @Override
    public void append(byte[] octets) throws IOException {
        file.seek(file.length());
        file.write(octets);
        file.getFD().sync();
    }

    @Override
    public void truncate(long length) throws IOException {
        file.setLength(length);
        file.getFD().sync();
    }

    @Override
    public void replace(byte[] content) throws IOException {
        writeAndRename(path, content);
        RandomAccessFile replaced = file;
        file = openFile(path);
        replaced.close();
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            file.close();
        }
    }
}
