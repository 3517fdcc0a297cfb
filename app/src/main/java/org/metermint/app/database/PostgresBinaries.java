package org.metermint.app.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.metermint.app.CommandFailure;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, which travel as a compressed archive in a library, one for each operating system and
 * processor. They are unpacked once into a directory named after the archive's checksum, so that a new release of
 * PostgreSQL lands beside the old one.
 */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /** The directory that holds {@code bin/postgres}, unpacked below {@code directory} if it is not there yet. */
    static Path unpack(Path directory) throws IOException {
        URL archive = archive();
        Path unpacked = directory.resolve("postgresql-" + checksum(archive));
        if (Files.exists(unpacked)) {
            return unpacked;
        }
        Path draft = directory.resolve("postgresql.new");
        delete(draft);
        try (InputStream compressed = new BufferedInputStream(archive.openStream());
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(compressed))) {
            unpack(tar, draft);
        }
        return Files.move(draft, unpacked, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes a directory with everything in it, if it is there. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static URL archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        boolean arm = processor.equals("aarch64");
        String name = "/postgres-%s-%s.txz"
                .formatted(system.startsWith("mac") ? "darwin" : system, arm ? "arm_64" : "x86_64");
        URL archive = PostgresBinaries.class.getResource(name);
        if (archive == null) {
            throw new CommandFailure(
                    "Metermint brings no PostgreSQL for " + system + " on " + processor,
                    "Use a PostgreSQL of your own (15 or later) with --database-url.");
        }
        return archive;
    }

    private static String checksum(URL archive) throws IOException {
        JarURLConnection connection = (JarURLConnection) archive.openConnection();
        return HexFormat.of().toHexDigits((int) connection.getJarEntry().getCrc());
    }

    private static void unpack(TarArchiveInputStream tar, Path directory) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path target = entry.resolveIn(directory);
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            Path folder = target.resolveSibling("");
            Files.createDirectories(folder);
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, target);
                if (folder.endsWith("bin")) {
                    makeExecutable(target);
                }
            }
        }
    }

    private static void makeExecutable(Path file) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(file, permissions);
    }
}
