package org.metermint.secure.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a directory.
     *
     * @throws SecurityModuleException of kind IN_USE if another module holds it
     */
    public static DirectoryLock take(Path directory) throws IOException, SecurityModuleException {
        Path file = directory.resolve(FILE_NAME);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                DurableFiles.OWNER_ONLY_FILE);
        try {
            if (tryLock(channel) == null) {
                throw new SecurityModuleException(
                        Kind.IN_USE,
                        "key store " + directory + " is in use by process "
                                + Files.readString(file).strip()
                                + "; stop that process, or give this one a directory of its own");
            }
            String pid = Long.toString(ProcessHandle.current().pid());
            String line = pid + " ".repeat(PID_DIGITS - pid.length()) + "\n";
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
            return new DirectoryLock(channel);
        } catch (IOException | SecurityModuleException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by another module in this very process
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("lock of the key store was not given back", e);
        }
    }
}
