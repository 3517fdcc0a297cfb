package org.metermint.secure.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * Keeps a store to one process: two that append to one journal would each believe their own end of it. The operating
 * system gives the lock back when a process dies, however it dies. The file holds the number of the process, for the
 * message to the next one.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final String FILE_NAME = "lock";
    private static final int PID_DIGITS = 20;

    /**
     * What this process holds. Asked before the operating system, which would not only give a process the same lock
     * twice but take it back when either file is closed.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock of a directory.
     *
     * @throws SecurityModuleException of kind IN_USE if another module holds it
     */
    public static DirectoryLock take(Path path) throws IOException, SecurityModuleException {
        Path directory = path.toRealPath();
        String pid = Long.toString(ProcessHandle.current().pid());
        if (!HELD.add(directory)) {
            throw inUse(path, pid);
        }
        try {
            return new DirectoryLock(directory, lockedFile(path, pid));
        } catch (IOException | SecurityModuleException e) {
            HELD.remove(directory);
            throw e;
        }
    }

    private static FileChannel lockedFile(Path directory, String pid) throws IOException, SecurityModuleException {
        Path file = directory.resolve(FILE_NAME);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                DurableFiles.OWNER_ONLY_FILE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(directory, Files.readString(file).strip());
            }
            String line = pid + " ".repeat(PID_DIGITS - pid.length()) + "\n";
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
            return channel;
        } catch (IOException | SecurityModuleException e) {
            channel.close();
            throw e;
        }
    }

    private static SecurityModuleException inUse(Path directory, String pid) {
        return new SecurityModuleException(
                Kind.IN_USE,
                "key store " + directory + " is in use by process " + pid
                        + "; stop that process, or give this one a directory of its own");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("lock of the key store was not given back", e);
        } finally {
            HELD.remove(directory);
        }
    }
}
