package org.metermint.secure.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** Files that are either as they were or as they shall be, whenever the power fails, and that only their owner reads. */
public final class DurableFiles {
    static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** What the name of a file ends in while it is written, before it replaces another. */
    public static final String NEXT = ".new";

    /** What a file shall hold. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private DurableFiles() {}

    /** Makes a directory, with what is missing above it, that only its owner may enter. */
    public static void createDirectory(Path directory) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }

    /** Replaces a file in one step: written beside it, made durable, renamed over it, and the rename made durable. */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, out -> out.write(content));
    }

    /** Replaces a file like {@link #replace(Path, byte[])} by one that is too large to be held in memory. */
    public static void replace(Path file, Content content) throws IOException {
        prepare(file, content);
        commit(file);
    }

    /** The first half of {@link #replace}: what the file shall be lies beside it, durably. */
    static void prepare(Path file, byte[] content) throws IOException {
        prepare(file, out -> out.write(content));
    }

    private static void prepare(Path file, Content content) throws IOException {
        Path next = prepared(file);
        Files.deleteIfExists(next);
        write(next, content);
        syncDirectoryOf(file);
    }

    /** The second half of {@link #replace}. */
    static void commit(Path file) throws IOException {
        Files.move(prepared(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectoryOf(file);
    }

    /** The second half of {@link #replace} for a file that must not exist yet. */
    static void commitNew(Path file) throws IOException {
        Files.move(prepared(file), file);
        syncDirectoryOf(file);
    }

    /** Where what a file shall be lies before it is. */
    static Path prepared(Path file) {
        return file.resolveSibling(file.getFileName() + NEXT);
    }

    /** Creates a file that must not exist yet, durably. */
    public static void create(Path file, byte[] content) throws IOException {
        write(file, out -> out.write(content));
        syncDirectoryOf(file);
    }

    private static void write(Path file, Content content) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, OWNER_ONLY_FILE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
    }

    /** Makes durable which files a directory has. */
    static void syncDirectoryOf(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a directory");
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
