package org.metermint.app.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.metermint.app.CommandFailure;

/**
 * A file that a command makes: whole under its name, or not there. Meanwhile it is called as it will be, with {@code
 * .part} behind.
 */
public final class NewFile {
    /** Writes what is to be in the file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it. */
        void writeTo(Writer out) throws IOException;
    }

    private NewFile() {}

    /**
     * Makes a file.
     *
     * @throws CommandFailure if there is one of that name, or it cannot be written
     */
    public static void write(Path file, Content content) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            boolean whole = false;
            try (Writer out = Files.newBufferedWriter(part)) {
                content.writeTo(out);
                whole = true;
            } finally {
                if (!whole) {
                    Files.deleteIfExists(part);
                }
            }
            Files.move(part, file);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure("the file " + file + " is there already", "Name another, or remove it first.", e);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(
                    "the file " + file + " cannot be written: its directory is not there",
                    "Make the directory first, or name another.",
                    e);
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure(
                    "the file " + file + " cannot be written: " + e.getMessage(),
                    "Check directory, rights and room on the disk.",
                    e);
        }
    }
}
