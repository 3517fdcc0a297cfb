package org.metermint.app.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;

/**
 * The one directory that holds all state of an installation: the embedded database, the security module's keys, virtual
 * meters. Open it and it is locked: one process at a time serves it, and the lock goes with the process, however that
 * ends. Only its owner can read it.
 */
public final class DataDirectory implements AutoCloseable {

    /** The layout that this version writes. It rises when an older program could no longer use the directory. */
    static final int FORMAT = 1;

    private static final String FORMAT_PREFIX = "metermint-data ";
    private static final String FORMAT_FILE = "format";
    private static final String LOCK_FILE = "lock";

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Opens a data directory and locks it, making it first if it does not exist.
     *
     * @throws CommandFailure if another process serves it, if a newer version wrote it, or if it holds something else
     */
    public static DataDirectory open(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        try {
            create(path);
            FileChannel lockFile = lock(path);
            try {
                checkFormat(path);
                return new DataDirectory(path, lockFile);
            } catch (IOException | RuntimeException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot use the data directory " + path + ": " + e.getMessage(),
                    "Check that it is a directory that you may write to and that its disk is not full, or name another one"
                            + " with --data.",
                    e);
        }
    }

    /** Where {@code name} lies in this directory. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    public Path path() {
        return path;
    }

    /** Is some process serving this directory now? */
    public static boolean isInUse(Path directory) {
        Path lock = directory.resolve(LOCK_FILE);
        if (!Files.exists(lock)) {
            return false;
        }
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock mine = file.tryLock()) {
            return mine == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read the data directory " + directory + ": " + e.getMessage(),
                    "Run the command as the user that the server runs as.",
                    e);
        }
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock of " + path + " could not be released", e);
        }
    }

    /** Writes a file that only its owner can read, whole or not at all. */
    public void writePrivate(String name, String content) {
        Path file = resolve(name);
        Path draft = resolve(name + ".new");
        try {
            Files.deleteIfExists(draft);
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, content);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot write " + file + ": " + e.getMessage(),
                    "Check the free space and the permissions of " + path + ".",
                    e);
        }
    }

    private static void create(Path path) throws IOException {
        if (!Files.exists(path)) {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.exists(path.resolve(FORMAT_FILE)) && holdsSomethingElse(path)) {
            throw new CommandFailure(
                    path + " is not empty and not a data directory of Metermint",
                    "Name an empty or a new directory with --data.");
        }
    }

    private static boolean holdsSomethingElse(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.anyMatch(file -> !file.endsWith(LOCK_FILE));
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!tryLock(file)) {
            file.close();
            throw new CommandFailure(
                    "the data directory " + path + " is in use by process " + holder(path),
                    "Stop that process, or name another directory with --data.");
        }
        file.truncate(0);
        file.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
        return file;
    }

    private static boolean tryLock(FileChannel file) throws IOException {
        try {
            @Nullable FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process
        }
    }

    private static String holder(Path path) throws IOException {
        String pid = Files.readString(path.resolve(LOCK_FILE)).strip();
        return pid.isEmpty() ? "(not yet named)" : pid;
    }

    private static void checkFormat(Path path) throws IOException {
        Path file = path.resolve(FORMAT_FILE);
        if (!Files.exists(file)) {
            Files.writeString(file, FORMAT_PREFIX + FORMAT + "\n");
            return;
        }
        String text = Files.readString(file).strip();
        if (!text.matches(FORMAT_PREFIX + "[0-9]{1,6}")) {
            throw new CommandFailure(
                    "the file " + file + " does not hold the format of a data directory",
                    "Restore it from a backup; this version writes '" + FORMAT_PREFIX + FORMAT + "'.");
        }
        int found = Integer.parseInt(text.substring(FORMAT_PREFIX.length()));
        if (found > FORMAT) {
            throw new CommandFailure(
                    "the data directory " + path + " was written by a newer version of Metermint (format " + found
                            + "; this version knows up to " + FORMAT + ")",
                    "Run that version, or restore the backup made before the upgrade.");
        }
    }
}
